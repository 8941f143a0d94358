package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.allowance.Allowance.Overage;
import io.billwright.analytics.allowance.Balance.Share;
import io.billwright.analytics.allowance.Balances.Told;
import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.MeterId;
import io.billwright.platform.identity.RequiresScope;

/// Serves balances.
@RestController
@RequestMapping("/api/v1/usage/balance")
@Tag(name = "Allowances")
class BalanceController {

	private final Customers customers;

	private final Balances balances;

	BalanceController(Customers customers, Balances balances) {
		this.customers = customers;
		this.balances = balances;
	}

	@GetMapping
	@RequiresScope("usage:read")
	@Operation(summary = "What a customer may still use", description = """
			Of one meter, or of all of which the customer has an allowance in force. Made to be asked before each use: it is \
			answered from memory.""")
	Mono<BalanceView> balance(@RequestParam @Size(max = 255) String customer,
			@RequestParam(required = false) @Size(max = 63) @Nullable String meter) {
		return this.customers.require(customer)
				.flatMap((found) -> ((meter != null) ? this.balances.of(found, meter) : this.balances.of(found))
						.map((told) -> BalanceView.of(found, told)));
	}

	/// What a customer may still use.
	///
	/// @param asOf every event that was accepted before this moment is in it; `null` where that is not known, or nothing had to
	/// be counted
	/// @param complete false while a meter still counts events from before it was made
	record BalanceView(CustomerId customerId, @Nullable Instant asOf, boolean complete, List<MeterBalanceView> data) {

		static BalanceView of(Customer customer, List<Told> told) {
			return new BalanceView(customer.id(),
					told.stream()
							.map(Told::asOf)
							.filter(Objects::nonNull)
							.min(Comparator.naturalOrder())
							.orElse(null),
					told.stream().allMatch(Told::complete), told.stream().map(MeterBalanceView::of).toList());
		}

	}

	/// @param metric the meter's slug
	/// @param hasAccess whether something remains, or an allowance in force has a soft limit
	/// @param granted by the allowances in force, with what they carried over
	/// @param overage what was used beyond them since `period_start`
	/// @param periodStart of the allowance that is granted anew most often; `null` without an allowance
	/// @param periodEnd not included; `null` for never
	record MeterBalanceView(MeterId meterId, String metric, @Nullable String unit, boolean hasAccess,
			BigDecimal granted, BigDecimal used, BigDecimal remaining, BigDecimal overage,
			@Nullable Instant periodStart, @Nullable Instant periodEnd, List<ShareView> allowances) {

		static MeterBalanceView of(Told told) {
			Meter meter = told.meter();
			Balance balance = told.balance();
			return new MeterBalanceView(meter.id(), meter.details().slug(), meter.details().unit(),
					balance.hasAccess(), meter.told(balance.granted()), meter.told(balance.used()),
					meter.told(balance.remaining()), meter.told(balance.overage()), balance.start(),
					known(balance.end()),
					balance.shares().stream().map((share) -> ShareView.of(share, meter)).toList());
		}

		private static @Nullable Instant known(@Nullable Instant end) {
			return Instant.MAX.equals(end) ? null : end;
		}

	}

	/// The current grant of an allowance.
	///
	/// @param overage `soft` where the customer may go on when it is used up
	/// @param rolledOver what it has from the period before, which is in `granted`
	/// @param periodEnd not included; `null` for never
	record ShareView(AllowanceId id, Overage overage, int priority, BigDecimal granted, BigDecimal rolledOver,
			BigDecimal used, BigDecimal remaining, Instant periodStart, @Nullable Instant periodEnd) {

		static ShareView of(Share share, Meter meter) {
			Allowance allowance = share.allowance();
			return new ShareView(allowance.id(), allowance.terms().overage(), allowance.terms().priority(),
					meter.told(share.granted()), meter.told(share.rolledOver()), meter.told(share.used()),
					meter.told(share.remaining()), share.start(), MeterBalanceView.known(share.end()));
		}

	}

}
