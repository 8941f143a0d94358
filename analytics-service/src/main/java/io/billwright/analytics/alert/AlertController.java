package io.billwright.analytics.alert;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.allowance.Recurrence;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.MeterId;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.Versioned;

/// Serves alerts.
@RestController
@RequestMapping("/api/v1/usage/alerts")
@Tag(name = "Alerts", description = "Levels of usage that one is told of")
class AlertController {

	private final Alerts alerts;

	private final KeepAlerts keep;

	AlertController(Alerts alerts, KeepAlerts keep) {
		this.alerts = alerts;
		this.keep = keep;
	}

	@PostMapping
	@RequiresScope("meters:write")
	@Operation(summary = "Make an alert", description = """
			For one customer or for each of them: when the figure of a period reaches a level, that is told once. A level that was \
			reached before is told of when the customer's next event is counted.""")
	Mono<ResponseEntity<AlertView>> create(@RequestBody AlertRequest request) {
		return this.keep.create(request)
				.map(AlertView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/usage/alerts/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@RequiresScope("usage:read")
	@Operation(summary = "Get an alert")
	Mono<AlertView> get(@PathVariable AlertId id) {
		return this.alerts.require(id).map(AlertView::of);
	}

	@GetMapping
	@RequiresScope("usage:read")
	@Operation(summary = "List alerts", description = "The newest first.")
	Mono<Page<AlertView>> list(PageRequest page) {
		return this.alerts.page(page).map((alerts) -> alerts.map(AlertView::of));
	}

	@GetMapping("/{id}/events")
	@RequiresScope("usage:read")
	@Operation(summary = "List the levels that were reached", description = "The newest first.")
	Mono<Page<ReachedView>> events(@PathVariable AlertId id, PageRequest page) {
		return this.alerts.reached(id, page).map((reached) -> reached.map(ReachedView::of));
	}

	@PostMapping("/{id}/end")
	@RequiresScope("meters:write")
	@Operation(summary = "End an alert: it tells nothing more", description = "What it told stays.")
	Mono<AlertView> end(@PathVariable AlertId id, ExpectedVersion expected) {
		return this.keep.end(id, expected).map(AlertView::of);
	}

	/// An alert as the API shows it.
	///
	/// @param customerId `null` for every customer
	record AlertView(AlertId id, long version, MeterId meterId, @Nullable CustomerId customerId, Recurrence period,
			List<String> levels, Instant createdAt, Instant updatedAt, @Nullable Instant endedAt)
			implements
				Versioned {

		static AlertView of(Alert alert) {
			return new AlertView(alert.id(), alert.version(), alert.meter(), alert.customer(), alert.period(),
					alert.levels().stream().map(Level::text).toList(), alert.createdAt(), alert.updatedAt(),
					alert.endedAt());
		}

	}

	/// A level that was reached.
	///
	/// @param figure what was seen; of a level in percent, the share of what is granted that was used
	/// @param periodEnd not included
	record ReachedView(ReachedId id, AlertId alertId, CustomerId customerId, String level, BigDecimal figure,
			Instant periodStart, Instant periodEnd, Instant reachedAt) {

		static ReachedView of(Reached reached) {
			return new ReachedView(reached.id(), reached.alert(), reached.customer(), reached.level().text(),
					reached.figure(), reached.periodStart(), reached.periodEnd(), reached.at());
		}

	}

}
