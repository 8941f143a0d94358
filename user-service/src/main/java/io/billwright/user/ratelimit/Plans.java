package io.billwright.user.ratelimit;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;

/// Which organization is on which plan. All of it is work above organizations.
@Component
class Plans {

	private final DatabaseClient client;

	private final PlanSettings settings;

	Plans(DatabaseClient client, PlanSettings settings) {
		this.client = client;
		this.settings = settings;
	}

	/// The organization's plan; fails with [NotFound].
	Mono<Planned> require(OrganizationId organization) {
		return this.client.sql("SELECT id, version, name, plan FROM organizations WHERE id = :id")
				.bind("id", organization.value())
				.mapProperties(Row.class)
				.one()
				.map((row) -> row.toPlanned(this.settings.plan()))
				.switchIfEmpty(Mono.error(() -> new NotFound("organization", organization.text())));
	}

	/// Puts the organization on a plan and emits it with its next version; fails with [ChangedMeanwhile].
	Mono<Planned> change(Planned organization, String plan, Instant now) {
		return this.client.sql("""
				UPDATE organizations SET plan = :plan, version = version + 1, updated_at = :now
				WHERE id = :id AND version = :version RETURNING id, version, name, plan""")
				.bind("plan", plan)
				.bind("now", now)
				.bind("id", organization.id().value())
				.bind("version", organization.version())
				.mapProperties(Row.class)
				.one()
				.map((row) -> row.toPlanned(this.settings.plan()))
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("organization")));
	}

	/// An organization, as whoever operates the platform sees it.
	record Planned(OrganizationId id, long version, String name, String plan) {}

	record Row(UUID id, long version, String name, @Nullable String plan) {

		Planned toPlanned(String usual) {
			return new Planned(new OrganizationId(this.id), this.version, this.name,
					(this.plan != null) ? this.plan : usual);
		}

	}

}
