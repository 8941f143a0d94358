package io.billwright.analytics;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.MoneyAmount;
import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.PaymentSnapshot;
import io.billwright.platform.test.Passports;

/// What the other services publish, with values that a test does not care about.
final class Ledger {

	private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

	private Ledger() {
	}

	static OrganizationSnapshot organization(String id, String timeZone) {
		return new OrganizationSnapshot(id, 1, "Acme", "DE", timeZone, "EUR", THEN, THEN);
	}

	/// @param net a tenth of it is the tax
	/// @param paid what is not due any more
	static InvoiceSnapshot invoice(String id, long version, String status, String customerId, String net, String paid,
			String currency, @Nullable LocalDate issued, @Nullable LocalDate due) {
		BigDecimal subtotal = new BigDecimal(net);
		BigDecimal tax = subtotal.movePointLeft(1).setScale(subtotal.scale(), RoundingMode.HALF_UP);
		BigDecimal total = subtotal.add(tax);
		BigDecimal settled = paid.equals("all") ? total : new BigDecimal(paid);
		return new InvoiceSnapshot(id, version, "N-" + id, status, customerId,
				"Customer " + customerId + " v" + version,
				currency, issued, due, false, List.of(), amount(subtotal, currency), amount(tax, currency),
				amount(total, currency), amount(settled, currency), amount(total.subtract(settled), currency), null,
				THEN,
				null, null, null, null, THEN.plusSeconds(version));
	}

	static InvoiceSnapshot invoice(String status, String net, String currency, LocalDate issued, LocalDate due) {
		return invoice(Passports.freshId("inv"), 1, status, "cus_1", net, "0", currency, issued, due);
	}

	static PaymentSnapshot payment(String amount, String currency, LocalDate receivedOn) {
		return new PaymentSnapshot(Passports.freshId("pay"), 1, Passports.freshId("inv"), "cus_1",
				new MoneyAmount(amount, currency), "card", null, receivedOn, THEN);
	}

	private static MoneyAmount amount(BigDecimal amount, String currency) {
		return new MoneyAmount(amount.toPlainString(), currency);
	}

}
