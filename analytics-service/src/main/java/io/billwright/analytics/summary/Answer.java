package io.billwright.analytics.summary;

import java.util.List;

/// What was asked for, and how far it can be relied on.
record Answer(List<Series> series, Completeness.State state) {}
