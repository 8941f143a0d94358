package io.billwright.platform.messaging;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Tenant;

/// A small aggregate whose every change is told, and the effects that hearing of it has.
class Things {

	static final String TOPIC = "things";

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	private final Outbox outbox;

	/// What a handler does instead of its work, by the thing's id.
	final Map<String, Supplier<Mono<Void>>> obstacles = new ConcurrentHashMap<>();

	/// The trace in which a thing was last heard of.
	final Map<String, String> traces = new ConcurrentHashMap<>();

	Things(DatabaseClient database, TransactionalOperator transaction, Outbox outbox) {
		this.database = database;
		this.transaction = transaction;
		this.outbox = outbox;
	}

	record Thing(String id, long version, String someNote) {}

	/// Changes the thing and records the event in one transaction.
	Mono<Long> change(String id) {
		return changeWithin(id, (version) -> Mono.empty());
	}

	/// The same with something after it in the transaction.
	Mono<Long> changeWithin(String id, java.util.function.Function<Long, Mono<Void>> then) {
		return this.database.sql("""
				INSERT INTO thing (id, version) VALUES ($1, 1)
				ON CONFLICT (organization_id, live, id) DO UPDATE SET version = thing.version + 1 RETURNING version""")
				.bind(0, id)
				.mapValue(Long.class)
				.one()
				.delayUntil((version) -> this.outbox
						.record(new OutboxEvent(TOPIC, "thing.changed", id, new Thing(id, version, "note"))))
				.delayUntil(then)
				.as(this.transaction::transactional);
	}

	Mono<Void> hear(Event<Thing> event) {
		Mono<Void> effect = this.database.sql("INSERT INTO effect (thing, version) VALUES ($1, $2)")
				.bind(0, event.data().id())
				.bind(1, event.data().version())
				.then();
		return Mono.deferContextual((context) -> {
			this.traces.put(event.subject(), traceId(context.get(ObservationThreadLocalAccessor.KEY)));
			return effect.then(Mono.defer(() -> this.obstacles.getOrDefault(event.subject(), Mono::empty).get()));
		});
	}

	static String traceId(Observation observation) {
		TracingObservationHandler.TracingContext tracing = observation.getContextView()
				.get(TracingObservationHandler.TracingContext.class);
		return (tracing != null) ? tracing.getSpan().context().traceId() : "none";
	}

	/// The versions heard of a thing, in the order of hearing.
	Mono<List<Long>> heard(Tenant tenant, String id) {
		return this.database.sql("SELECT version FROM effect WHERE thing = $1 ORDER BY number")
				.bind(0, id)
				.mapValue(Long.class)
				.all()
				.collectList()
				.as(this.transaction::transactional)
				.contextWrite(tenant.bind());
	}

}
