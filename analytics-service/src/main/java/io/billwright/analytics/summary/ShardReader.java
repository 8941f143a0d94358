package io.billwright.analytics.summary;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.summary.Piece.Pieces;
import io.billwright.analytics.summary.RawEvents.Found;
import io.billwright.analytics.summary.Rollups.By;
import io.billwright.analytics.summary.Uniques.Value;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.Tenant;

/// Answers a question from one shard, for one customer or for all. Needs a transaction of the shard.
final class ShardReader {

	/// `$1` definitions; `$2` from when; `$3` until when.
	private static final String CUSTOMERS = """
			SELECT DISTINCT customer_id FROM usage_unique
			WHERE meter_id = ANY ($1::uuid[]) AND bucket > $2 - interval '1 hour' AND bucket < $3""";

	/// After and up to which events archived meters have counted none; `$1` definitions.
	private static final String GAPS = """
			SELECT meter_id, end_seq AS after_seq, 9223372036854775807 AS until_seq FROM meter_activation
			WHERE meter_id = ANY ($1::uuid[]) AND end_seq IS NOT NULL
			UNION ALL SELECT meter_id, after_seq, until_seq FROM meter_skipped WHERE meter_id = ANY ($1::uuid[])""";

	private final DatabaseClient database;

	private final Tenant tenant;

	private final @Nullable UUID customer;

	private final Question question;

	private final Tally tally;

	private final Pieces pieces;

	private final Map<UUID, List<Gap>> gaps = new HashMap<>();

	/// @param customer `null` for all of the tenant
	ShardReader(DatabaseClient database, Tenant tenant, @Nullable UUID customer, Question question, Tally tally) {
		this.database = database;
		this.tenant = tenant;
		this.customer = customer;
		this.question = question;
		this.tally = tally;
		this.pieces = Piece.of(question.period().buckets());
	}

	/// Adds what the shard knows.
	Mono<Void> read() {
		return gaps().then(measures()).then(edges()).then(levels()).then(uniques());
	}

	/// Single events that came after a meter was archived are not its.
	private Mono<Void> gaps() {
		UUID[] archived = this.question.meters().stream().filter(Meter::archived).map(Meter::definition)
				.toArray(UUID[]::new);
		return (archived.length == 0)
				? Mono.empty()
				: this.database.sql(GAPS)
						.bind(0, archived)
						.map((row) -> Map.entry(Columns.required(row, "meter_id", UUID.class),
								new Gap(Columns.required(row, "after_seq", Long.class),
										Columns.required(row, "until_seq", Long.class))))
						.all()
						.doOnNext((gap) -> this.gaps.computeIfAbsent(gap.getKey(), (meter) -> new ArrayList<>())
								.add(gap.getValue()))
						.then();
	}

	/// @param after exclusive
	/// @param until inclusive
	private record Gap(long after, long until) {}

	private boolean counts(UUID definition, long seq) {
		return this.gaps.getOrDefault(definition, List.of())
				.stream()
				.noneMatch((gap) -> seq > gap.after() && seq <= gap.until());
	}

	private Mono<Void> measures() {
		return rollups().measures(this.question.definitions((any) -> true), this.pieces)
				.doOnNext((kept) -> this.tally.add(kept.at(), kept.definition(), kept.group(), kept.measure()))
				.then();
	}

	private Mono<Void> edges() {
		return raw(this.question.meters(), customers(), this.pieces.edges())
				.doOnNext((read) -> this.tally.add(read.at(), read.definition(), read.reading().group(),
						read.reading().measure()))
				.then();
	}

	/// All that was before the period.
	private Mono<Void> levels() {
		List<Meter> weighted = this.question.chosen(Aggregation.WEIGHTED_SUM::equals);
		Pieces before = Piece.of(List.of(new Span(Instant.EPOCH, this.question.period().whole().start())));
		Mono<Void> kept = rollups().levels(weighted.stream().map(Meter::definition).toList(), before)
				.doOnNext((level) -> this.tally.addBefore(level.definition(), level.group(), level.sum()))
				.then();
		return kept.thenMany(raw(weighted, customers(), before.edges()))
				.doOnNext((read) -> this.tally.addBefore(read.definition(), read.reading().group(),
						read.reading().measure().sum()))
				.then();
	}

	/// Values are kept by the hour; those of less are read event by event.
	private Mono<Void> uniques() {
		List<Meter> meters = this.question.chosen(Aggregation.UNIQUE_COUNT::equals);
		if (meters.isEmpty()) {
			return Mono.empty();
		}
		List<UUID> definitions = meters.stream().map(Meter::definition).toList();
		List<Piece> parts = Stream.concat(this.pieces.minutes().stream(), this.pieces.edges().stream()).toList();
		Set<Value> values = new HashSet<>();
		return customersWithValues(definitions, parts)
				.flatMapMany((customers) -> raw(meters, customers, parts))
				.doOnNext((read) -> read.toValue().ifPresent(values::add))
				.thenMany(Flux.defer(() -> Uniques.count(this.database, this.customer, definitions, this.pieces.hours(),
						values, this.question.groupBy())))
				.doOnNext((count) -> this.tally.addUnique(count.at(), count.definition(), count.group(),
						count.values()))
				.then();
	}

	private Mono<List<UUID>> customersWithValues(List<UUID> definitions, List<Piece> parts) {
		if ((this.customer != null) || parts.isEmpty()) {
			return Mono.just(customers());
		}
		Span whole = this.question.period().whole();
		return this.database.sql(CUSTOMERS)
				.bind(0, definitions.toArray(UUID[]::new))
				.bind(1, whole.start())
				.bind(2, whole.end())
				.mapValue(UUID.class)
				.all()
				.collectList();
	}

	private Flux<Read> raw(List<Meter> meters, Collection<UUID> customers, List<Piece> parts) {
		Map<String, List<Metering>> meterings = meters.stream()
				.map((meter) -> meter.details()
						.counting()
						.toMetering(meter.definition(), this.tenant.organization(), this.tenant.live()))
				.collect(Collectors.groupingBy(Metering::event, HashMap::new, Collectors.toList()));
		return new RawEvents(this.database, this.tenant).in(customers, meterings.keySet(), parts)
				.flatMapIterable((found) -> meterings.getOrDefault(found.event().metric(), List.of())
						.stream()
						.filter((metering) -> counts(metering.id(), found.seq()))
						.flatMap((metering) -> Read.of(found, metering).stream())
						.toList());
	}

	private Rollups rollups() {
		return new Rollups(this.database, this.customer, this.question.groupBy().isEmpty() ? By.NOTHING : By.GROUP);
	}

	/// Of all customers no figure begins or ends within a minute.
	private List<UUID> customers() {
		return (this.customer != null) ? List.of(this.customer) : List.of();
	}

	/// What a meter makes of an event.
	private record Read(int at, UUID customer, UUID definition, Metering.Reading reading) {

		static Optional<Read> of(Found found, Metering metering) {
			return metering.read(found.event())
					.map((reading) -> new Read(found.at(), found.event().customer(), metering.id(), reading));
		}

		Optional<Value> toValue() {
			return Optional.ofNullable(this.reading.unique())
					.map((text) -> new Value(this.at, this.customer, this.definition, this.reading.group(), text));
		}

	}

}
