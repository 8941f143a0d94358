package io.billwright.search;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.contracts.AddressSnapshot;
import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.CustomerSnapshot.TaxIdSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.InvoiceSnapshot.InvoiceLineSnapshot;
import io.billwright.contracts.MoneyAmount;
import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.UserSnapshot;
import io.billwright.platform.test.Passports;

/// What the other services publish, with values that a test does not care about.
public final class Snapshots {

	private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");

	private Snapshots() {
	}

	public static CustomerSnapshot customer(String name) {
		return customer(Passports.freshId("cus"), 1, name, "active");
	}

	public static CustomerSnapshot customer(String id, long version, String name, String status) {
		return new CustomerSnapshot(id, version, "CRM/" + name.hashCode(), name, "billing@" + id + ".example",
				new AddressSnapshot("Hauptstraße 1", null, "Köln", null, "50667", "DE"),
				List.of(new TaxIdSnapshot("eu_vat", "DE" + Math.abs(name.hashCode()))), "EUR", "Europe/Berlin", status,
				CREATED, CREATED);
	}

	public static InvoiceSnapshot invoice(@Nullable String number, String customer, String status, String total,
			String currency, LocalDate date) {
		return invoice(Passports.freshId("inv"), 1, number, customer, Passports.freshId("cus"), status, total, currency,
				date);
	}

	public static InvoiceSnapshot invoice(String id, long version, @Nullable String number, String customer,
			String customerId, String status, String total, String currency, LocalDate date) {
		MoneyAmount amount = new MoneyAmount(total, currency);
		InvoiceLineSnapshot line = new InvoiceLineSnapshot("line_1", "Consulting in spring", null, null, "1", total,
				amount, null);
		return new InvoiceSnapshot(id, version, number, status, customerId, customer, currency,
				(number != null) ? date : null, date.plusDays(14), false, List.of(line), amount,
				new MoneyAmount("0.00", currency), amount, new MoneyAmount("0.00", currency), amount, "Thank you",
				CREATED,
				null, null, null, null, CREATED);
	}

	public static ProductSnapshot product(String name) {
		return new ProductSnapshot(Passports.freshId("prd"), 1, null, name, "Runs every night", "active", CREATED,
				CREATED);
	}

	public static PriceSnapshot price(String nickname) {
		return new PriceSnapshot(Passports.freshId("pri"), 1, Passports.freshId("prd"), "sku-77", nickname, "per_unit",
				"EUR", "0.000125", "active", CREATED, CREATED);
	}

	public static UserSnapshot user(String id, long version, String name, String status) {
		boolean removed = status.equals("removed");
		return new UserSnapshot(id, version, removed ? null : name, removed ? null : id + "@team.example", "billing",
				status, CREATED, CREATED);
	}

}
