package io.billwright.invoice.issuing;

import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Keeps the current tenant's choices.
@Repository
class BillingSettingsStore {

	private static final String SAVE = """
			INSERT INTO billing_settings AS chosen (version, number_pattern, tax_rounding)
			VALUES (:version, :numberPattern, :taxRounding)
			ON CONFLICT (organization_id, live) DO UPDATE SET version = excluded.version,
				number_pattern = excluded.number_pattern, tax_rounding = excluded.tax_rounding
			WHERE chosen.version = excluded.version - 1""";

	private final DatabaseClient database;

	private final ReadOnlyTransaction readOnly;

	BillingSettingsStore(DatabaseClient database, ReadOnlyTransaction readOnly) {
		this.database = database;
		this.readOnly = readOnly;
	}

	/// What was chosen, or the defaults.
	Mono<BillingSettings> find() {
		return this.database.sql("SELECT version, number_pattern, tax_rounding FROM billing_settings")
				.map(BillingSettingsStore::toSettings)
				.one()
				.defaultIfEmpty(BillingSettings.DEFAULT)
				.as(this.readOnly::transactional);
	}

	/// Replaces the version before this one. Fails with [ChangedMeanwhile].
	Mono<BillingSettings> save(BillingSettings settings) {
		return this.database.sql(SAVE)
				.bind("version", settings.version())
				.bind("numberPattern", settings.numberPattern().text())
				.bind("taxRounding", settings.taxRounding().code())
				.fetch()
				.rowsUpdated()
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("billing settings")))
				.thenReturn(settings);
	}

	private static BillingSettings toSettings(Readable row) {
		return new BillingSettings(Columns.required(row, "version", Long.class),
				new NumberPattern(Columns.required(row, "number_pattern", String.class)),
				TaxRounding.of(Columns.required(row, "tax_rounding", String.class)));
	}

}
