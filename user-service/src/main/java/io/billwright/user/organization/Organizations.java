package io.billwright.user.organization;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.UUID;

import io.r2dbc.spi.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.system.RowStatement;

/// The organizations. A tenant's transaction sees its own only.
@Component
public class Organizations {

	private static final String SELECT = """
			SELECT o.*, ARRAY(SELECT origin FROM allowed_origins WHERE organization_id = o.id) AS origins
			FROM organizations o WHERE id = :id""";

	private final DatabaseClient client;

	Organizations(DatabaseClient client) {
		this.client = client;
	}

	/// The organization; fails with [NotFound].
	public Mono<Organization> require(OrganizationId id) {
		return this.client.sql(SELECT)
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toOrganization)
				.switchIfEmpty(Mono.error(() -> new NotFound("organization", id.text())));
	}

	/// Adds an organization.
	public Mono<Void> add(Organization organization) {
		return RowStatement.of(this.client,
				"""
						INSERT INTO organizations (id, version, name, country, time_zone, default_currency, created_at, updated_at)
						VALUES (:id, :version, :name, :country, :timeZone, :defaultCurrency, :createdAt, :updatedAt)""",
				Row.of(organization))
				.then();
	}

	/// Saves a changed organization and emits it with its next version; fails with [ChangedMeanwhile].
	Mono<Organization> save(Organization organization) {
		return RowStatement.of(this.client, """
				UPDATE organizations SET version = version + 1, name = :name, country = :country, time_zone = :timeZone,
					default_currency = :defaultCurrency, updated_at = :updatedAt
				WHERE id = :id AND version = :version""", Row.of(organization))
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("organization")))
				.then(saveOrigins(organization))
				.then(Mono.defer(() -> require(organization.id())));
	}

	/// Whether the organization allows the origin, or any organization where none is given. For work above organizations.
	Mono<Boolean> allowsOrigin(String origin, @Nullable OrganizationId organization) {
		return this.client.sql("""
				SELECT EXISTS (SELECT FROM allowed_origins
					WHERE origin = :origin AND organization_id = coalesce(:organization, organization_id))""")
				.bind("origin", origin)
				.bind("organization",
						(organization != null) ? organization.value() : Parameters.in(UUID.class))
				.mapValue(Boolean.class)
				.one();
	}

	private Mono<Void> saveOrigins(Organization organization) {
		return this.client.sql("""
				WITH wanted AS (SELECT unnest(:origins::text[]) AS origin),
				gone AS (
					DELETE FROM allowed_origins
					WHERE organization_id = :id AND origin NOT IN (SELECT origin FROM wanted))
				INSERT INTO allowed_origins (organization_id, origin) SELECT :id, origin FROM wanted
				ON CONFLICT DO NOTHING""")
				.bind("origins", organization.allowedOrigins().toArray(String[]::new))
				.bind("id", organization.id().value())
				.then();
	}

	/// PostgreSQL's array is an array here too.
	@SuppressWarnings("ArrayRecordComponent")
	record Row(UUID id, long version, String name, String country, String timeZone, String defaultCurrency,
			String[] origins, Instant createdAt, Instant updatedAt) {

		static Row of(Organization organization) {
			return new Row(organization.id().value(), organization.version(), organization.name(),
					organization.country(), organization.timeZone().getId(),
					organization.defaultCurrency().getCurrencyCode(),
					organization.allowedOrigins().toArray(String[]::new), organization.createdAt(),
					organization.updatedAt());
		}

		Organization toOrganization() {
			return new Organization(new OrganizationId(this.id), this.version, this.name, this.country,
					ZoneId.of(this.timeZone), Currency.getInstance(this.defaultCurrency), List.of(this.origins),
					this.createdAt, this.updatedAt);
		}

	}

}
