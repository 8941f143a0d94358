package io.billwright.analytics.counting;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.Batch.Span;
import io.billwright.analytics.counting.BinaryArray.ElementType;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Up to where each partition of a shard's topic is counted. That is written together with what was counted, so it is the
/// truth; the broker's committed offsets never are ahead of it.
final class Positions {

	private static final String LOCK = """
			SELECT part, next_offset FROM consumed WHERE topic = $1 AND part = ANY ($2::integer[]) ORDER BY part FOR UPDATE""";

	private static final String BEGIN = """
			INSERT INTO consumed (topic, part, next_offset)
			SELECT $1, part, 0 FROM unnest($2::integer[]) AS part ORDER BY part ON CONFLICT DO NOTHING""";

	private static final String ADVANCE = """
			UPDATE consumed SET next_offset = greatest(consumed.next_offset, given.next_offset)
			FROM unnest($2::integer[], $3::bigint[]) AS given (part, next_offset)
			WHERE consumed.topic = $1 AND consumed.part = given.part""";

	private static final String READ = "SELECT part, next_offset FROM consumed WHERE topic = $1";

	private final DatabaseClient database;

	private final String topic;

	Positions(Shard shard, String topic) {
		this.database = shard.client();
		this.topic = topic;
	}

	/// The next offset of each of the partitions. Whoever else counts one of them waits until this transaction ends.
	Mono<Map<Integer, Long>> lock(Collection<Integer> partitions) {
		BinaryArray parts = array(partitions);
		return locked(parts)
				.filter((known) -> known.size() == partitions.size())
				.switchIfEmpty(begin(parts).then(locked(parts)));
	}

	private Mono<Map<Integer, Long>> locked(BinaryArray parts) {
		return offsets(this.database.sql(LOCK).bind(0, this.topic).bind(1, parts));
	}

	private Mono<Long> begin(BinaryArray parts) {
		return this.database.sql(BEGIN).bind(0, this.topic).bind(1, parts).fetch().rowsUpdated();
	}

	/// Notes that everything in the spans is counted. Needs the lock.
	Mono<Void> advance(SortedMap<Integer, Span> spans) {
		BinaryArray next = new BinaryArray(ElementType.BIGINT, spans.size());
		spans.values().forEach((span) -> next.add(span.next()));
		return this.database.sql(ADVANCE)
				.bind(0, this.topic)
				.bind(1, array(spans.keySet()))
				.bind(2, next)
				.fetch()
				.rowsUpdated()
				.then();
	}

	/// The positions as they are, without a lock.
	Mono<Map<Integer, Long>> read() {
		return offsets(this.database.sql(READ).bind(0, this.topic));
	}

	private static Mono<Map<Integer, Long>> offsets(GenericExecuteSpec statement) {
		return statement
				.map((row) -> Map.entry(required(row, "part", Integer.class), required(row, "next_offset", Long.class)))
				.all()
				.collectMap(Map.Entry::getKey, Map.Entry::getValue);
	}

	private static BinaryArray array(Collection<Integer> partitions) {
		BinaryArray parts = new BinaryArray(ElementType.INTEGER, partitions.size());
		partitions.forEach(parts::add);
		return parts;
	}

}
