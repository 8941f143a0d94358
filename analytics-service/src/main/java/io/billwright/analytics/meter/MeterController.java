package io.billwright.analytics.meter;

import java.net.URI;
import java.time.Instant;
import java.util.List;

import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;

/// Serves meters.
@RestController
@RequestMapping("/api/v1/meters")
@Tag(name = "Meters", description = "What the organization counts of its customers' usage")
class MeterController {

	private final MeterStore meters;

	private final KeepMeters keep;

	MeterController(MeterStore meters, KeepMeters keep) {
		this.meters = meters;
		this.keep = keep;
	}

	@PostMapping
	@RequiresScope("meters:write")
	@Operation(summary = "Create a meter", description = """
			Events that were accepted before are counted as well, as far back as they are kept.""")
	Mono<ResponseEntity<MeterView>> create(@RequestBody MeterRequest request) {
		return this.keep.create(request.toDetails())
				.map(MeterView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/meters/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@RequiresScope("meters:read")
	@Operation(summary = "Get a meter")
	Mono<MeterView> get(@PathVariable MeterId id) {
		return this.meters.require(id).map(MeterView::of);
	}

	@GetMapping
	@RequiresScope("meters:read")
	@Operation(summary = "List meters", description = "The newest first.")
	Mono<Page<MeterView>> list(@RequestParam(required = false) @Size(max = 63) @Nullable String slug,
			@RequestParam(name = "event_name", required = false) @Size(max = 100) @Nullable String eventName,
			@RequestParam(required = false) Meter.@Nullable Status status, PageRequest page) {
		return this.meters.page(new MeterFilter(slug, eventName, status), page)
				.map((meters) -> meters.map(MeterView::of));
	}

	@PatchMapping("/{id}")
	@RequiresScope("meters:write")
	@Operation(summary = "Make the next version of a meter", description = """
			The version before is kept. Where something else is counted than before, all events are counted anew.""")
	Mono<MeterView> change(@PathVariable MeterId id, ExpectedVersion expected, MergePatch patch) {
		return this.keep.change(id, expected, (meter) -> patched(meter, patch)).map(MeterView::of);
	}

	@GetMapping("/{id}/versions")
	@RequiresScope("meters:read")
	@Operation(summary = "List the versions of a meter", description = """
			Each as it was when it came, the newest first; `updated_at` tells when that was.""")
	Mono<Page<MeterView>> versions(@PathVariable MeterId id, PageRequest page) {
		return this.meters.versions(id, page).map((versions) -> versions.map(MeterView::of));
	}

	@PostMapping("/{id}/archive")
	@RequiresScope("meters:write")
	@Operation(summary = "Archive a meter: it counts no more", description = """
			What it has counted stays and can be asked for by its name.""")
	Mono<MeterView> archive(@PathVariable MeterId id, ExpectedVersion expected) {
		return this.keep.archive(id, expected).map(MeterView::of);
	}

	private static Meter.Details patched(Meter meter, MergePatch patch) {
		return patch.apply(MeterRequest.of(meter.details()), MeterRequest.class).toDetails();
	}

	/// A meter as the API shows it.
	record MeterView(MeterId id, long version, Meter.Status status, String slug, String name, String eventName,
			Aggregation aggregation, @Nullable String valueProperty, List<String> dimensions,
			List<Metering.Filter> filters, @Nullable String unit, @Nullable Rounding rounding, Instant createdAt,
			Instant updatedAt, @Nullable Instant archivedAt) implements Versioned {

		static MeterView of(Meter meter) {
			Meter.Details details = meter.details();
			Meter.Counting counting = details.counting();
			return new MeterView(meter.id(), meter.version(), meter.status(), details.slug(), details.name(),
					counting.eventName(), counting.aggregation(), counting.valueProperty(), counting.dimensions(),
					counting.filters(), details.unit(), details.rounding(), meter.createdAt(), meter.updatedAt(),
					meter.archivedAt());
		}

	}

}
