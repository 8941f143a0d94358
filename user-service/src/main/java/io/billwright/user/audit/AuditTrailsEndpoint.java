package io.billwright.user.audit;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.system.SystemTransaction;

/// The audit trails on the management port: `GET` recomputes every organization's, one after the other.
@Component
@Endpoint(id = "audittrails")
class AuditTrailsEndpoint {

	/// Organizations that are looked up at a time.
	private static final int BATCH = 500;

	private static final UUID LOWEST = new UUID(0, 0);

	private final AuditTrail trail;

	private final DatabaseClient client;

	private final SystemTransaction transaction;

	AuditTrailsEndpoint(AuditTrail trail, DatabaseClient client, SystemTransaction transaction) {
		this.trail = trail;
		this.client = client;
		this.transaction = transaction;
	}

	@ReadOperation
	Mono<Report> verify() {
		return batch(LOWEST).expand((ids) -> (ids.size() < BATCH) ? Mono.empty() : batch(ids.getLast()))
				.concatMapIterable((ids) -> ids)
				.concatMap(this::verify)
				.reduce(Report.BEGINNING, Report::add);
	}

	private Mono<Report> verify(UUID organization) {
		Tenant tenant = new Tenant(organization, true);
		return this.trail.verify().contextWrite(tenant.bind()).map((found) -> Report.of(tenant, found));
	}

	private Mono<List<UUID>> batch(UUID after) {
		return this.client.sql("SELECT id FROM organizations WHERE id > :after ORDER BY id LIMIT :limit")
				.bind("after", after)
				.bind("limit", BATCH)
				.mapValue(UUID.class)
				.all()
				.collectList()
				.as(this.transaction::transactional);
	}

	/// @param valid whether every trail is whole
	/// @param organizations how many were looked at
	/// @param entries how many entries are good, in all of them
	/// @param broken the trails that are not whole; the first 100
	record Report(boolean valid, long organizations, long entries, List<Broken> broken) {

		static final Report BEGINNING = new Report(true, 0, 0, List.of());

		private static final int BROKEN_MAX = 100;

		static Report of(Tenant tenant, AuditTrail.Verification found) {
			Long firstInvalid = found.firstInvalid();
			return new Report(firstInvalid == null, 1, found.entries(), (firstInvalid == null)
					? List.of()
					: List.of(new Broken(tenant.organizationId().text(), firstInvalid)));
		}

		Report add(Report other) {
			return new Report(this.valid && other.valid, this.organizations + other.organizations,
					this.entries + other.entries,
					Stream.concat(this.broken.stream(), other.broken.stream()).limit(BROKEN_MAX).toList());
		}

	}

	/// @param firstInvalid the sequence number at which the chain breaks
	record Broken(String organization, long firstInvalid) {}

}
