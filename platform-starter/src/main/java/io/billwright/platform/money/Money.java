package io.billwright.platform.money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/// An exact amount: integer minor units and their currency (ISO 4217). JSON shows it as
/// `{"amount": "365.13", "currency": "EUR"}`.
///
/// @param minorUnits cents for EUR, yen for JPY, fils for KWD; at most [#LIMIT] in absolute value
/// @param currency a currency that has minor units defined
public record Money(long minorUnits, Currency currency) implements Comparable<Money> {

	/// The largest amount in minor units, in absolute value: ten trillion euros. Sums of a thousand such amounts still
	/// fit a `long`.
	public static final long LIMIT = 1_000_000_000_000_000L;

	private static final BigDecimal DECIMAL_LIMIT = BigDecimal.valueOf(LIMIT);

	public Money {
		if (currency.getDefaultFractionDigits() < 0) {
			throw new IllegalArgumentException(currency + " has no minor units");
		}
		if (Math.abs(minorUnits) > LIMIT) {
			throw new AmountTooLarge();
		}
	}

	/// Nothing, in a currency.
	public static Money zero(Currency currency) {
		return new Money(0, currency);
	}

	/// Rounds a decimal in major units to the currency's digits.
	///
	/// @throws AmountTooLarge beyond [#LIMIT]
	public static Money of(BigDecimal amount, Currency currency, RoundingMode rounding) {
		BigDecimal minor = amount.movePointRight(Math.max(0, currency.getDefaultFractionDigits()))
				.setScale(0, rounding);
		if (minor.abs().compareTo(DECIMAL_LIMIT) > 0) {
			throw new AmountTooLarge();
		}
		return new Money(minor.longValueExact(), currency);
	}

	/// Reads a decimal string that has no more digits than the currency.
	///
	/// @throws ArithmeticException where it has more digits
	/// @throws NumberFormatException where it is not a plain decimal
	public static Money parse(String amount, Currency currency) {
		return of(Decimals.parse(amount), currency, RoundingMode.UNNECESSARY);
	}

	/// The sum.
	///
	/// @throws IllegalArgumentException for another currency
	public Money plus(Money other) {
		return new Money(Math.addExact(this.minorUnits, same(other).minorUnits), this.currency);
	}

	/// The difference.
	///
	/// @throws IllegalArgumentException for another currency
	public Money minus(Money other) {
		return new Money(Math.subtractExact(this.minorUnits, same(other).minorUnits), this.currency);
	}

	/// The same amount with the other sign.
	public Money negate() {
		return new Money(-this.minorUnits, this.currency);
	}

	public boolean isZero() {
		return this.minorUnits == 0;
	}

	public boolean isNegative() {
		return this.minorUnits < 0;
	}

	public boolean isPositive() {
		return this.minorUnits > 0;
	}

	/// The decimal in major units, with exactly the currency's digits.
	public BigDecimal toDecimal() {
		return BigDecimal.valueOf(this.minorUnits, this.currency.getDefaultFractionDigits());
	}

	/// The decimal string with exactly the currency's digits, for example `365.13`.
	public String amount() {
		return toDecimal().toPlainString();
	}

	/// Orders amounts of one currency.
	///
	/// @throws IllegalArgumentException for another currency
	@Override
	public int compareTo(Money other) {
		return Long.compare(this.minorUnits, same(other).minorUnits);
	}

	@Override
	public String toString() {
		return amount() + ' ' + this.currency.getCurrencyCode();
	}

	private Money same(Money other) {
		if (!this.currency.equals(other.currency)) {
			throw new IllegalArgumentException("%s and %s do not add up".formatted(this.currency, other.currency));
		}
		return other;
	}

}
