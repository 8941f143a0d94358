package io.billwright.analytics.ingest;

import java.time.Instant;
import java.util.List;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.tenancy.Tenant;

/// What live tails of every instance get to see of rejected events: keys and reasons, nothing else of them.
final class Rejects {

	static final String TOPIC = "usage-events-rejected";

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private Rejects() {
	}

	static ProducerRecord<String, byte[]> toRecord(Tenant tenant, Instant at, Item.Malformed item) {
		return new ProducerRecord<>(TOPIC, scope(tenant),
				MAPPER.writeValueAsBytes(new Reject(item.key(), at, item.problems())));
	}

	static Reject read(byte[] value) {
		return MAPPER.readValue(value, Reject.class);
	}

	/// What the keys of a tenant's records begin with, here and on the topics of the shards.
	static String scope(Tenant tenant) {
		return tenant.organization() + ":" + tenant.mode() + ":";
	}

	/// A rejected event.
	record Reject(@Nullable String key, Instant at, List<FieldError> problems) {}

}
