package io.billwright.analytics.retention;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What an archived month is, for whoever finds it.
///
/// @param format 1: a line of JSON for each event, by sequence number, compressed with gzip; a field for each column
/// @param month of acceptance, as `2025-08`
/// @param firstSeq `null` of no events
/// @param columns what an event had when it was archived
/// @param sha256 of the lines, each with its line feed, not compressed
/// @param bytes of the compressed file
record Manifest(int format, int shard, String month, long events, @Nullable Long firstSeq, @Nullable Long lastSeq,
		List<String> columns, String sha256, long bytes, Instant archivedAt) {

	static final int FORMAT = 1;

}
