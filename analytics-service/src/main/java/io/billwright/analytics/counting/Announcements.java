package io.billwright.analytics.counting;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.ChangeMark;
import io.billwright.analytics.shard.Shard;

/// Tells whoever listens to the shard whose figures a transaction changes. It is told when, and only when, the transaction has
/// committed. Of meters for which nobody wants to know nothing is said, and nothing is asked of the database.
final class Announcements {

	/// PostgreSQL allows 8,000 bytes for a message.
	private static final int MARKS_PER_MESSAGE = 1_300;

	private static final String TELL = "SELECT pg_notify('%s', message) FROM unnest($1::text[]) AS message"
			.formatted(ChangeMark.CHANNEL);

	private final DatabaseClient database;

	Announcements(Shard shard) {
		this.database = shard.client();
	}

	/// Needs the transaction that adds the tally.
	///
	/// @param meters those for which others want to know
	Mono<Void> tell(Tally tally, Predicate<UUID> meters) {
		return tell(tally.changes(meters));
	}

	/// Needs the transaction that changes them.
	Mono<Void> tell(Stream<ChangeMark> changes) {
		List<String> marks = changes.map(ChangeMark::text).toList();
		return marks.isEmpty()
				? Mono.empty()
				: this.database.sql(TELL).bind(0, messages(marks).toArray(String[]::new)).then();
	}

	private static List<String> messages(List<String> marks) {
		List<String> messages = new ArrayList<>();
		for (int from = 0; from < marks.size(); from += MARKS_PER_MESSAGE) {
			messages.add(ChangeMark.join(marks.subList(from, Math.min(marks.size(), from + MARKS_PER_MESSAGE))));
		}
		return messages;
	}

}
