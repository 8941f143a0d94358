package io.billwright.platform.notes;

import io.billwright.platform.money.Money;
import io.billwright.platform.web.Versioned;

record Note(NoteId id, long version, String title, Money price) implements Versioned {}
