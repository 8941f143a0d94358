package io.billwright.analytics.counting;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

import io.r2dbc.spi.Readable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.BinaryArray.ElementType;
import io.billwright.analytics.counting.Tally.Touch;
import io.billwright.analytics.shard.Shard;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;

import static io.billwright.platform.tenancy.Columns.required;

/// Whose figures have changed of meters for which somebody has to look at that. It is noted in the transaction that changes
/// them, so none is missed; of a meter for which nobody looks nothing is written. Who looks claims some for a while and says
/// afterwards what is done. What was changed again meanwhile stays.
@Component
public class TouchedCustomers {

	/// In the order of the keys, so that two who note never wait for each other in a circle.
	private static final String NOTE = """
			INSERT INTO usage_touched AS known (organization_id, live, meter_id, customer_id, since)
			SELECT * FROM unnest($1::uuid[], $2::boolean[], $3::uuid[], $4::uuid[], $5::timestamptz[])
				AS given (organization_id, live, meter_id, customer_id, since)
			ORDER BY meter_id, customer_id
			ON CONFLICT (meter_id, customer_id) DO UPDATE
				SET since = least(known.since, excluded.since), changes = known.changes + 1""";

	private static final String CLAIM = """
			UPDATE usage_touched AS touched SET claimed_until = now() + $2 * interval '1 millisecond'
			FROM (SELECT meter_id, customer_id FROM usage_touched WHERE claimed_until IS NULL OR claimed_until < now()
				LIMIT $1 FOR UPDATE SKIP LOCKED) AS free
			WHERE touched.meter_id = free.meter_id AND touched.customer_id = free.customer_id
			RETURNING organization_id, live, touched.meter_id, touched.customer_id, since, changes, touched.claimed_until""";

	private static final String DONE = """
			DELETE FROM usage_touched
			WHERE meter_id = $1 AND customer_id = $2 AND claimed_until = $3 AND changes = $4""";

	private static final String AGAIN = """
			UPDATE usage_touched SET claimed_until = NULL WHERE meter_id = $1 AND customer_id = $2 AND claimed_until = $3""";

	/// A customer whose figure of a meter has changed.
	///
	/// @param definition of the meter
	/// @param since from which moment on it has changed
	/// @param changes tells whether it was changed again
	/// @param claimedUntil tells this claim from those after it
	public record Touched(Tenant tenant, UUID definition, UUID customer, Instant since, long changes,
			Instant claimedUntil) {}

	/// Needs the transaction that adds the tally.
	///
	/// @param meters for which somebody looks
	static Mono<Void> note(Shard shard, Tally tally, Predicate<UUID> meters) {
		return note(shard, tally.touches(meters));
	}

	/// Needs the transaction that changes them.
	static Mono<Void> note(Shard shard, List<Touch> touches) {
		return touches.isEmpty()
				? Mono.empty()
				: Statements.bind(shard.client().sql(NOTE), columns(touches)).then();
	}

	private static BinaryArray[] columns(List<Touch> touches) {
		BinaryArray[] columns = Statements.columns(touches.size(), ElementType.UUID, ElementType.BOOLEAN,
				ElementType.UUID, ElementType.UUID, ElementType.TIMESTAMPTZ);
		touches.forEach((touch) -> {
			columns[0].add(touch.organization());
			columns[1].add(touch.live());
			columns[2].add(touch.meter());
			columns[3].add(touch.customer());
			columns[4].add(touch.since());
		});
		return columns;
	}

	/// Claims some that nobody has claimed, or that somebody has not done in time.
	///
	/// @param lease how long they are nobody else's
	public Mono<List<Touched>> claim(Shard shard, int limit, Duration lease) {
		return shard.transactional(shard.client()
				.sql(CLAIM)
				.bind(0, limit)
				.bind(1, lease.toMillis())
				.map(TouchedCustomers::toTouched)
				.all()
				.collectList()).contextWrite(SystemScope.bind());
	}

	/// Says that it was looked at as it was claimed. Who comes after the lease says nothing: it is somebody else's, or was
	/// changed and noted anew.
	public Mono<Void> done(Shard shard, Touched touched) {
		return shard.transactional(shard.client()
				.sql(DONE)
				.bind(0, touched.definition())
				.bind(1, touched.customer())
				.bind(2, touched.claimedUntil())
				.bind(3, touched.changes())
				.fetch()
				.rowsUpdated()
				.filter((rows) -> rows == 0)
				.flatMap((changed) -> shard.client()
						.sql(AGAIN)
						.bind(0, touched.definition())
						.bind(1, touched.customer())
						.bind(2, touched.claimedUntil())
						.then()))
				.contextWrite(SystemScope.bind());
	}

	private static Touched toTouched(Readable row) {
		return new Touched(
				new Tenant(required(row, "organization_id", UUID.class), required(row, "live", Boolean.class)),
				required(row, "meter_id", UUID.class), required(row, "customer_id", UUID.class),
				required(row, "since", Instant.class), required(row, "changes", Long.class),
				required(row, "claimed_until", Instant.class));
	}

}
