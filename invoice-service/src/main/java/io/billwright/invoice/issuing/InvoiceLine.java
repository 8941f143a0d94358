package io.billwright.invoice.issuing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.catalog.Price;
import io.billwright.invoice.catalog.PriceId;
import io.billwright.invoice.catalog.ProductId;
import io.billwright.platform.money.Money;

/// One line of an invoice. Every kind says how its amount came about; a further kind of billing is a further record.
public sealed interface InvoiceLine {

	/// Digits of a unit amount after the point, at most.
	int UNIT_DECIMALS_MAX = 12;

	LineId id();

	/// What the customer reads.
	String description();

	Quantity quantity();

	/// What one costs, in the currency's major unit, with up to 12 decimals.
	BigDecimal unitAmount();

	/// The line's amount, rounded once, HALF_UP.
	Money amount();

	/// The tax on the line, or `null` for a line that is not taxed.
	@Nullable
	AppliedTax tax();

	/// Something that was described by hand.
	record OneOff(LineId id, String description, Quantity quantity, BigDecimal unitAmount, Money amount,
			@Nullable AppliedTax tax) implements InvoiceLine {

		public OneOff {
			unitAmount = Quantity.plain(unitAmount);
		}

		/// Multiplies and rounds.
		static OneOff of(LineId id, String description, Quantity quantity, BigDecimal unitAmount, Currency currency,
				@Nullable AppliedTax tax) {
			Money amount = Money.of(quantity.value().multiply(unitAmount), currency, RoundingMode.HALF_UP);
			return new OneOff(id, description, quantity, unitAmount, amount, tax);
		}

	}

	/// A price of the catalog.
	///
	/// @param priceVersion which version of the price made the amount
	record PriceLine(LineId id, String description, PriceId price, long priceVersion, ProductId product,
			Quantity quantity, BigDecimal unitAmount, Money amount, @Nullable AppliedTax tax) implements InvoiceLine {

		public PriceLine {
			unitAmount = Quantity.plain(unitAmount);
		}

		/// What the price says that the quantity costs.
		///
		/// @throws InvoiceFailure.CurrencyMismatch where the price is in another currency
		static PriceLine of(LineId id, String description, Price price, Quantity quantity, Currency currency,
				@Nullable AppliedTax tax) {
			Currency priced = price.terms().currency();
			if (!priced.equals(currency)) {
				throw new InvoiceFailure.CurrencyMismatch("The price " + price.id(), priced.getCurrencyCode(),
						currency.getCurrencyCode());
			}
			return new PriceLine(id, description, price.id(), price.version(), price.productId(), quantity,
					price.unitAmount(), price.amount(quantity.value()), tax);
		}

	}

}
