package io.billwright.platform.notes;

import java.util.UUID;

import io.billwright.platform.ids.TypedId;

record NoteId(UUID value) implements TypedId {

	@Override
	public String prefix() {
		return "note";
	}

	@Override
	public String toString() {
		return text();
	}

}
