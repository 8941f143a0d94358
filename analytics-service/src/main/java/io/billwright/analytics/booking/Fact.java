package io.billwright.analytics.booking;

import java.util.List;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.PaymentSnapshot;
import io.billwright.contracts.Topics;

/// A topic and the statement that keeps the newest of its snapshots. `$1` is the snapshot's JSON; `$2` tells whether a
/// fact of the same version is written again, as a rebuild does.
///
/// @param topic where the snapshots come from
/// @param type the snapshot
/// @param statement an upsert with the version guard
record Fact<T>(String topic, Class<T> type, String statement) {

	static final Fact<OrganizationSnapshot> ORGANIZATION = new Fact<>(Topics.ORGANIZATIONS, OrganizationSnapshot.class,
			"""
					INSERT INTO organization AS known (version, time_zone, default_currency)
					SELECT version, time_zone, default_currency
					FROM jsonb_to_record($1::jsonb) AS given (version bigint, time_zone text, default_currency text)
					ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version,
						time_zone = excluded.time_zone, default_currency = excluded.default_currency
					WHERE known.version < excluded.version OR ($2 AND known.version = excluded.version)""");

	static final Fact<CustomerSnapshot> CUSTOMER = new Fact<>(Topics.CUSTOMERS, CustomerSnapshot.class, """
			INSERT INTO customer AS known (id, version, external_id, name, time_zone, status, updated_at)
			SELECT id, version, external_id, name, time_zone, status, updated_at
			FROM jsonb_to_record($1::jsonb) AS given (id text, version bigint, external_id text, name text,
				time_zone text, status text, updated_at timestamptz)
			ON CONFLICT (organization_id, live, id) DO UPDATE SET version = excluded.version,
				external_id = excluded.external_id, name = excluded.name, time_zone = excluded.time_zone,
				status = excluded.status, updated_at = excluded.updated_at
			WHERE known.version < excluded.version OR ($2 AND known.version = excluded.version)""");

	static final Fact<InvoiceSnapshot> INVOICE = new Fact<>(Topics.INVOICES, InvoiceSnapshot.class,
			"""
					INSERT INTO invoice AS known (id, version, status, customer_id, customer_name, currency, issue_date, due_date, net,
						tax, total, due, updated_at)
					SELECT id, version, status, customer_id, customer_name, currency, issue_date, due_date,
						(subtotal ->> 'amount')::numeric, (tax ->> 'amount')::numeric, (total ->> 'amount')::numeric,
						(amount_due ->> 'amount')::numeric, updated_at
					FROM jsonb_to_record($1::jsonb) AS given (id text, version bigint, status text, customer_id text,
						customer_name text, currency text, issue_date date, due_date date, subtotal jsonb, tax jsonb, total jsonb,
						amount_due jsonb, updated_at timestamptz)
					ON CONFLICT (organization_id, live, id) DO UPDATE SET version = excluded.version, status = excluded.status,
						customer_id = excluded.customer_id, customer_name = excluded.customer_name, currency = excluded.currency,
						issue_date = excluded.issue_date, due_date = excluded.due_date, net = excluded.net, tax = excluded.tax,
						total = excluded.total, due = excluded.due, updated_at = excluded.updated_at
					WHERE known.version < excluded.version OR ($2 AND known.version = excluded.version)""");

	static final Fact<PaymentSnapshot> PAYMENT = new Fact<>(Topics.PAYMENTS, PaymentSnapshot.class, """
			INSERT INTO payment AS known (id, version, currency, amount, received_on)
			SELECT id, version, amount ->> 'currency', (amount ->> 'amount')::numeric, received_on
			FROM jsonb_to_record($1::jsonb) AS given (id text, version bigint, amount jsonb, received_on date)
			ON CONFLICT (organization_id, live, id) DO UPDATE SET version = excluded.version,
				currency = excluded.currency, amount = excluded.amount, received_on = excluded.received_on
			WHERE known.version < excluded.version OR ($2 AND known.version = excluded.version)""");

	static final List<Fact<?>> ALL = List.of(ORGANIZATION, CUSTOMER, INVOICE, PAYMENT);

}
