package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.catalog.PriceId;
import io.billwright.invoice.catalog.ProductId;
import io.billwright.platform.money.Money;

/// A row of `invoice_line`. The columns of other kinds are null.
record LineRow(int position, UUID id, String kind, String description, BigDecimal quantity, BigDecimal unitAmount,
		long amount, @Nullable UUID priceId, @Nullable Long priceVersion, @Nullable UUID productId,
		@Nullable UUID taxRateId, @Nullable String taxName, @Nullable BigDecimal taxPercentage,
		@Nullable String taxCategory, @Nullable String taxCountry, @Nullable Boolean taxInclusive) {

	private static final String ONE_OFF = "one_off";

	private static final String PRICE = "price";

	static List<LineRow> of(List<InvoiceLine> lines) {
		return IntStream.range(0, lines.size()).mapToObj((position) -> of(position, lines.get(position))).toList();
	}

	private static LineRow of(int position, InvoiceLine line) {
		return switch (line) {
			case InvoiceLine.OneOff oneOff -> of(position, ONE_OFF, oneOff, null, null, null);
			case InvoiceLine.PriceLine priced -> of(position, PRICE, priced, priced.price().value(),
					priced.priceVersion(), priced.product().value());
		};
	}

	private static LineRow of(int position, String kind, InvoiceLine line, @Nullable UUID price,
			@Nullable Long priceVersion, @Nullable UUID product) {
		AppliedTax tax = line.tax();
		LineRow untaxed = new LineRow(position, line.id().value(), kind, line.description(), line.quantity().value(),
				line.unitAmount(), line.amount().minorUnits(), price, priceVersion, product, null, null, null, null,
				null, null);
		return (tax == null) ? untaxed : untaxed.with(tax);
	}

	private LineRow with(AppliedTax tax) {
		return new LineRow(this.position, this.id, this.kind, this.description, this.quantity, this.unitAmount,
				this.amount, this.priceId, this.priceVersion, this.productId, tax.rate().value(), tax.name(),
				tax.terms().percentage().value(), tax.terms().category().name(), tax.terms().country(),
				tax.terms().inclusive());
	}

	InvoiceLine toLine(Currency currency) {
		LineId line = new LineId(this.id);
		Quantity number = new Quantity(this.quantity);
		Money money = new Money(this.amount, currency);
		return switch (this.kind) {
			case ONE_OFF -> new InvoiceLine.OneOff(line, this.description, number, this.unitAmount, money, toTax());
			case PRICE -> new InvoiceLine.PriceLine(line, this.description,
					new PriceId(Objects.requireNonNull(this.priceId)), Objects.requireNonNull(this.priceVersion),
					new ProductId(Objects.requireNonNull(this.productId)), number, this.unitAmount, money, toTax());
			default -> throw new IllegalStateException("Unknown kind of line: " + this.kind);
		};
	}

	private @Nullable AppliedTax toTax() {
		return (this.taxRateId == null)
				? null
				: AppliedTax.of(this.taxRateId, Objects.requireNonNull(this.taxName),
						Objects.requireNonNull(this.taxPercentage), Objects.requireNonNull(this.taxCategory),
						Objects.requireNonNull(this.taxCountry), Objects.requireNonNull(this.taxInclusive));
	}

}
