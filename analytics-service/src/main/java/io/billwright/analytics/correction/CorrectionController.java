package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.EventKey;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;

/// Serves corrections of events.
@RestController
@RequestMapping("/api/v1/usage/corrections")
@Tag(name = "Usage")
class CorrectionController {

	private final Customers customers;

	private final Shards shards;

	private final CorrectEvents correct;

	CorrectionController(Customers customers, Shards shards, CorrectEvents correct) {
		this.customers = customers;
		this.shards = shards;
		this.correct = correct;
	}

	@PostMapping
	@RequiresScope("usage:write")
	@Operation(summary = "Void or amend an event", description = """
			The customer's event with that `idempotency_key`, once it is counted. `void`: it counts no more. `amend`: it counts \
			with the quantity, the timestamp or the properties given; what is not given stays. All figures follow at once; what \
			the event was before is kept with the reason. A correction that has been made already is answered as it was.""")
	Mono<ResponseEntity<CorrectionView>> correct(@RequestBody CorrectionRequest request) {
		return this.customers.require(request.customer())
				.flatMap((customer) -> this.correct.correct(request.toDraft(customer.id().value())))
				.map(CorrectionView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/usage/corrections/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@RequiresScope("usage:read")
	@Operation(summary = "Get a correction")
	Mono<CorrectionView> get(@PathVariable CorrectionId id) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), (shards) -> Flux.fromIterable(shards)
						.concatMap((shard) -> reading(shard, (table) -> table.find(id)))
						.next()))
				.map(CorrectionView::of)
				.switchIfEmpty(Mono.error(() -> new NotFound("correction", id.text())));
	}

	@GetMapping
	@RequiresScope("usage:read")
	@Operation(summary = "List the corrections of a customer's events", description = "The newest first.")
	Mono<Page<CorrectionView>> list(@RequestParam String customer,
			@RequestParam(name = "idempotency_key", required = false) @Size(min = 1, max = 255) @Nullable String idempotencyKey,
			PageRequest page) {
		@Nullable
		UUID before = page.after(UUID::fromString);
		return Mono.zip(Tenant.current(), this.customers.require(customer)).flatMap((both) -> {
			Tenant tenant = both.getT1();
			UUID found = both.getT2().id().value();
			@Nullable
			UUID key = (idempotencyKey != null)
					? EventKey.hash(tenant.organization(), tenant.live(), idempotencyKey)
					: null;
			return this.shards
					.at(tenant.organization(), found,
							(shard) -> reading(shard, (table) -> table.page(found, key, before, page)))
					.map((corrections) -> Page.of(corrections, page,
							(correction) -> Cursor.of(correction.id().value())));
		}).map((corrections) -> corrections.map(CorrectionView::of));
	}

	private static <T> Mono<T> reading(Shard shard, Function<CorrectionTable, Mono<T>> question) {
		return shard.reading(Mono.defer(() -> question.apply(new CorrectionTable(shard))));
	}

	/// A correction as the API shows it.
	///
	/// @param createdBy `usr_...` or `key_...`
	/// @param before `null` of an event that a backfill has made
	/// @param after `null` of an event that was there by a backfill only, which was reverted
	record CorrectionView(CorrectionId id, Correction.Type type, CustomerId customerId, String idempotencyKey,
			String reason, String createdBy, Instant createdAt, @Nullable StateView before, @Nullable StateView after) {

		static CorrectionView of(Correction correction) {
			return new CorrectionView(correction.id(), correction.type(), new CustomerId(correction.customer()),
					correction.key(), correction.reason(), correction.createdBy(), correction.createdAt(),
					StateView.of(correction.before()), StateView.of(correction.after()));
		}

	}

	/// An event before or after a correction.
	///
	/// @param voidedAt since when it counts no more; `null` where it counts
	record StateView(String metric, BigDecimal quantity, Instant timestamp,
			Map<String, @Nullable Object> properties, @Nullable Instant voidedAt) {

		static @Nullable StateView of(@Nullable EventState state) {
			return (state == null)
					? null
					: new StateView(state.metric(), state.quantity(), state.timestamp(), state.properties(),
							state.voidedAt());
		}

	}

}
