package io.billwright.platform.money;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// An amount is beyond [Money#LIMIT].
public final class AmountTooLarge extends Failure {

	AmountTooLarge() {
		super(Kind.UNPROCESSABLE, "amount_too_large",
				"The amount exceeds %d minor units of its currency.".formatted(Money.LIMIT));
	}

}
