package io.billwright.analytics.summary;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.billwright.analytics.usage.Bucket;

/// A part of a bucket of an answer.
///
/// @param at which bucket, from 0 on
record Piece(int at, Instant from, Instant to) {

	/// What buckets are made of.
	///
	/// @param hours whole hours in UTC
	/// @param minutes whole minutes beside them
	/// @param edges what is less than a minute and has to be read event by event
	record Pieces(List<Piece> hours, List<Piece> minutes, List<Piece> edges) {}

	/// Takes buckets apart into the largest pieces that are kept.
	static Pieces of(List<Span> buckets) {
		Pieces pieces = new Pieces(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		for (int at = 0; at < buckets.size(); at++) {
			Span bucket = buckets.get(at);
			split(new Piece(at, bucket.start(), bucket.end()), Bucket.MINUTE, pieces.edges())
					.ifPresent((minutes) -> split(minutes, Bucket.HOUR, pieces.minutes())
							.ifPresent(pieces.hours()::add));
		}
		return pieces;
	}

	/// The middle that consists of whole ones; what remains at both ends, or all where there are none, becomes a rest.
	private static Optional<Piece> split(Piece whole, Bucket width, List<Piece> rests) {
		Instant from = width.startOf(whole.from());
		if (from.isBefore(whole.from())) {
			from = width.endOf(whole.from());
		}
		Instant to = width.startOf(whole.to());
		if (!from.isBefore(to)) {
			rests.add(whole);
			return Optional.empty();
		}
		if (whole.from().isBefore(from)) {
			rests.add(new Piece(whole.at(), whole.from(), from));
		}
		if (to.isBefore(whole.to())) {
			rests.add(new Piece(whole.at(), to, whole.to()));
		}
		return Optional.of(new Piece(whole.at(), from, to));
	}

}
