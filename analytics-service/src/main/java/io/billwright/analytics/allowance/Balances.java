package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.allowance.ChangeLink.Proof;
import io.billwright.analytics.allowance.Remembered.Known;
import io.billwright.analytics.counting.MeterActivations;
import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.shard.ChangeMark;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.UsageFigures;
import io.billwright.analytics.summary.UsageFigures.Used;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.tenancy.FromPrimary;
import io.billwright.platform.tenancy.Tenant;

/// Tells what customers of the bound tenant may still use, from memory: meters, allowances and figures are remembered until
/// they change. What is left is computed from them for every answer, so that a period ends when it ends.
@Component
public class Balances {

	private final Meters meters;

	private final Allowances allowances;

	private final UsageFigures figures;

	private final MeterActivations activations;

	private final Shards shards;

	private final Changes changes;

	private final Clock clock;

	private final Remembered<MeterName, Meter> knownMeters;

	private final Remembered<Holder, List<Allowance>> knownAllowances;

	private final Remembered<Stretches, Used> knownFigures;

	Balances(Meters meters, Allowances allowances, UsageFigures figures, MeterActivations activations, Shards shards,
			Changes changes, AllowanceSettings settings, Clock clock) {
		this.meters = meters;
		this.allowances = allowances;
		this.figures = figures;
		this.activations = activations;
		this.shards = shards;
		this.changes = changes;
		this.clock = clock;
		this.knownMeters = new Remembered<>(changes.board(), settings, (meter) -> true);
		this.knownAllowances = new Remembered<>(changes.board(), settings, (all) -> true);
		// What is being counted anew gets complete without a figure's change.
		this.knownFigures = new Remembered<>(changes.board(), settings, Used::complete);
	}

	private record MeterName(Tenant tenant, String slugOrId) {}

	private record Holder(Tenant tenant, UUID customer) {}

	/// @param moves how often the organization was moved, as far as that was heard of: what was read before is not known over the
	/// link to where it is now
	private record Stretches(UUID customer, UUID definition, List<Instant> bounds, int moves) {}

	/// What is left of a meter.
	///
	/// @param asOf every event that was accepted before this moment is in it; `null` where that is not known
	/// @param complete false while the meter still counts events from before it was made
	record Told(Meter meter, Balance balance, @Nullable Instant asOf, boolean complete) {}

	/// Refuses a meter that cannot have allowances.
	///
	/// @throws AllowanceFailure.NotUsedUp naming what it tells
	static void requireUsedUp(Meter meter) {
		if (!isUsedUp(meter)) {
			throw new AllowanceFailure.NotUsedUp(meter.details().counting().aggregation());
		}
	}

	private static boolean isUsedUp(Meter meter) {
		return meter.details().counting().aggregation().isUsedUp();
	}

	/// The customer's balance of one meter. Fails with [Invalid] where the tenant has no such meter, and with
	/// [AllowanceFailure.NotUsedUp].
	Mono<List<Told>> of(Customer customer, String meter) {
		return Tenant.current()
				.flatMap((tenant) -> meter(tenant, meter).doOnNext(Balances::requireUsedUp)
						.flatMap((found) -> allowances(tenant, customer)
								.flatMap((all) -> told(tenant, customer, found, all))))
				.map(List::of);
	}

	/// The customer's balances of all meters of which it has an allowance in force, in the order of their slugs.
	Mono<List<Told>> of(Customer customer) {
		Instant now = this.clock.instant();
		return Tenant.current()
				.flatMap((tenant) -> allowances(tenant, customer).flatMap((all) -> Flux.fromStream(all.stream()
						.filter((allowance) -> allowance.inForce(now))
						.map((allowance) -> allowance.meter().text())
						.distinct())
						.flatMap((meter) -> meter(tenant, meter))
						.filter(Balances::isUsedUp)
						.flatMap((meter) -> told(tenant, customer, meter, all))
						.collectList()
						.map((told) -> told.stream().sorted(Comparator.comparing(Balances::slug)).toList())));
	}

	/// How much of what the allowances in force grant the customer of a meter has been used, with what was used beyond them, in
	/// percent; read anew. Empty where nothing is granted.
	public Mono<BigDecimal> percentUsed(Customer customer, Meter meter) {
		return this.allowances.of(customer.id()).flatMap((all) -> {
			BurnDown burnDown = burnDown(customer, meter, all);
			List<Instant> bounds = burnDown.bounds();
			return bounds.isEmpty()
					? Mono.empty()
					: this.figures.of(customer.id().value(), meter, bounds)
							.map((used) -> burnDown.burn(bounds, used.values()).percentUsed());
		});
	}

	private BurnDown burnDown(Customer customer, Meter meter, List<Allowance> all) {
		return new BurnDown(all.stream().filter((allowance) -> allowance.meter().equals(meter.id())).toList(),
				customer.timeZone(), this.clock.instant());
	}

	private static String slug(Told told) {
		return told.meter().details().slug();
	}

	private Mono<Meter> meter(Tenant tenant, String slugOrId) {
		Mono<Meter> reader = this.meters.named(List.of(slugOrId)).single().as((found) -> alone(found, tenant));
		return this.knownMeters
				.get(new MeterName(tenant, slugOrId), ChangeMark.of(tenant.organization()), this.changes.main(), reader)
				.map(Known::value)
				.onErrorMap(Invalid.class,
						(ex) -> new Invalid("meter", "unknown_value", "there is no meter " + slugOrId));
	}

	private Mono<List<Allowance>> allowances(Tenant tenant, Customer customer) {
		return this.knownAllowances
				.get(new Holder(tenant, customer.id().value()), ChangeMark.of(customer.id().value()),
						this.changes.main(), alone(this.allowances.of(customer.id()), tenant))
				.map(Known::value);
	}

	private Mono<Told> told(Tenant tenant, Customer customer, Meter meter, List<Allowance> all) {
		BurnDown burnDown = burnDown(customer, meter, all);
		List<Instant> bounds = burnDown.bounds();
		return bounds.isEmpty()
				? Mono.just(new Told(meter, Balance.NONE, null, true))
				: used(tenant, customer.id().value(), meter, bounds)
						.map((used) -> new Told(meter, burnDown.burn(bounds, used.value().values()), asOf(used),
								used.value().complete()));
	}

	private Mono<Known<Used>> used(Tenant tenant, UUID customer, Meter meter, List<Instant> bounds) {
		int moves = this.changes.board().version(ChangeMark.of(tenant.organization()));
		return this.shards.at(tenant.organization(), customer,
				(shard) -> this.knownFigures.get(new Stretches(customer, meter.definition(), bounds, moves),
						ChangeMark.of(meter.definition(), customer), this.changes.of(shard),
						alone(this.activations.announce(shard, meter.definition())
								.then(this.figures.of(customer, meter, bounds)), tenant))
						.map((used) -> limited(used, shard)));
	}

	private static Known<Used> limited(Known<Used> used, Shard shard) {
		Proof proof = used.proof();
		Instant countedUntil = (proof != null) ? proof.countedUntil() : null;
		return (proof == null || countedUntil == null)
				? used
				: new Known<>(used.value(), new Proof(proof.nanos(), shard.limited(countedUntil)));
	}

	/// In a transaction of its own, whoever asks, and from where changes are committed.
	private static <T> Mono<T> alone(Mono<T> reader, Tenant tenant) {
		return reader.contextWrite(FromPrimary.bind()).contextWrite(tenant.bind());
	}

	private static @Nullable Instant asOf(Known<Used> used) {
		@Nullable
		Instant read = used.value().asOf();
		@Nullable
		Instant proven = (used.proof() != null) ? used.proof().countedUntil() : null;
		return ((proven != null) && ((read == null) || read.isBefore(proven))) ? proven : read;
	}

}
