package io.billwright.gateway.limit;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/// Counts what was decided: `billwright.gateway.limit.decisions` by policy, decision and where the tokens came from. The
/// names of policies come from configuration, never from a client.
@Component
final class Decisions {

	/// What became of a request.
	enum Decision {

		ALLOWED, REFUSED,
		/// Let through because the limit is only tried out.
		WOULD_REFUSE

	}

	/// Who knew.
	enum Store {

		/// This instance, from what it had drawn or heard before.
		LEASE,
		/// The shared buckets.
		REDIS,
		/// This instance alone, while Redis is away.
		LOCAL

	}

	private final MeterRegistry meters;

	private final Map<String, Map<Decision, Map<Store, Counter>>> counters = new ConcurrentHashMap<>();

	Decisions(MeterRegistry meters) {
		this.meters = meters;
	}

	void count(String policy, Decision decision, Store store) {
		Map<Decision, Map<Store, Counter>> all = this.counters.computeIfAbsent(policy, this::register);
		Objects.requireNonNull(Objects.requireNonNull(all.get(decision)).get(store)).increment();
	}

	private Map<Decision, Map<Store, Counter>> register(String policy) {
		Map<Decision, Map<Store, Counter>> all = new EnumMap<>(Decision.class);
		for (Decision decision : Decision.values()) {
			Map<Store, Counter> stores = new EnumMap<>(Store.class);
			for (Store store : Store.values()) {
				stores.put(store, Counter.builder("billwright.gateway.limit.decisions")
						.tag("policy", policy)
						.tag("decision", decision.name().toLowerCase(Locale.ROOT))
						.tag("store", store.name().toLowerCase(Locale.ROOT))
						.register(this.meters));
			}
			all.put(decision, stores);
		}
		return all;
	}

}
