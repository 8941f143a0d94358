package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.ingest.EventBody;
import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.summary.Period;
import io.billwright.analytics.summary.UsageFigures;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;

/// Serves backfills.
@RestController
@RequestMapping("/api/v1/usage/backfills")
@Tag(name = "Usage")
class BackfillController {

	/// The gateway's for all bodies.
	private static final int BODY_LIMIT = 1024 * 1024;

	private static final String LINES = "application/x-ndjson";

	private final Customers customers;

	private final ReplaceUsage replace;

	private final CorrectionSettings settings;

	private final Clock clock;

	BackfillController(Customers customers, ReplaceUsage replace, CorrectionSettings settings, Clock clock) {
		this.customers = customers;
		this.replace = replace;
		this.settings = settings;
		this.clock = clock;
	}

	@PostMapping
	@RequiresScope("usage:write")
	@Operation(summary = "Begin a backfill", description = """
			It is to replace all events of the customer, of one metric where one is given, with a timestamp in the range. Until it \
			is applied it changes nothing. Days are those of the customer's time zone and included; of instants the last is not.""")
	Mono<ResponseEntity<BackfillView>> create(@RequestBody BackfillRequest request) {
		return this.customers.require(request.customer())
				.flatMap((customer) -> this.replace.draft(scope(request, customer), request.reason()))
				.map(BackfillView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/usage/backfills/" + view.id())).body(view));
	}

	private Backfill.Scope scope(BackfillRequest request, Customer customer) {
		return new Backfill.Scope(customer.id().value(), request.metric(),
				Period.span(request.startDate(), request.endDate(), customer.timeZone(), this.clock.instant()));
	}

	@GetMapping("/{id}")
	@RequiresScope("usage:read")
	@Operation(summary = "Get a backfill")
	Mono<BackfillView> get(@PathVariable BackfillId id) {
		return this.replace.require(id).map(BackfillView::of);
	}

	@GetMapping
	@RequiresScope("usage:read")
	@Operation(summary = "List a customer's backfills", description = "The newest first.")
	Mono<Page<BackfillView>> list(@RequestParam String customer, PageRequest page) {
		@Nullable
		UUID before = page.after(UUID::fromString);
		return this.customers.require(customer)
				.flatMap((found) -> this.replace.page(found.id().value(), before, page))
				.map((backfills) -> Page.of(backfills, page, (backfill) -> Cursor.of(backfill.id().value()))
						.map(BackfillView::of));
	}

	@PostMapping(path = "/{id}/events", consumes = {MediaType.APPLICATION_JSON_VALUE, LINES})
	@RequiresScope("usage:write")
	@Operation(summary = "Put events into a backfill", description = """
			As events are sent, one or an array or one on each line, up to 10,000 in 1 MB, of the backfill's customer, metric and \
			range. All are taken or, where one is wrong, none. An event whose key is in the backfill already takes its place.""", requestBody = @io.swagger.v3.oas.annotations.parameters.RequestBody(required = true, content = {
		@Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(types = {"object", "array"})),
		@Content(mediaType = LINES, schema = @Schema(type = "string"))}))
	Mono<BackfillView> put(@PathVariable BackfillId id,
			@Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType contentType,
			@RequestBody Flux<DataBuffer> body) {
		return this.replace.require(id)
				.zipWhen((backfill) -> this.customers.require(new CustomerId(backfill.scope().customer()).text()))
				.zipWith(DataBufferUtils.join(body, BODY_LIMIT).map(BackfillController::toBytes)
						.defaultIfEmpty(new byte[0]))
				.publishOn(Schedulers.boundedElastic())
				.flatMap((all) -> Tenant.current()
						.map((tenant) -> events(all.getT2(), contentType, all.getT1().getT1(), all.getT1().getT2(),
								tenant)))
				.flatMap((events) -> this.replace.put(id, events))
				.map(BackfillView::of);
	}

	private static byte[] toBytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private List<UsageEvent> events(byte[] body, MediaType type, Backfill backfill, Customer customer, Tenant tenant) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
		List<EventBody.Event> given = EventBody.read(body, type.getSubtype().equals("x-ndjson"), now,
				this.settings.window());
		Set<String> names = names(customer);
		List<FieldError> problems = new ArrayList<>();
		List<UsageEvent> events = new ArrayList<>(given.size());
		for (int index = 0; index < given.size(); index++) {
			EventBody.Event event = given.get(index);
			if (!names.contains(event.customer())) {
				problems.add(new FieldError("[" + index + "].customer", "unknown_customer", "is not the backfill's"));
			}
			else if (!backfill.scope().covers(event.metric(), event.timestamp())) {
				problems.add(new FieldError("[" + index + "]", "out_of_range",
						"must have the backfill's metric and a timestamp in its range"));
			}
			events.add(new UsageEvent(tenant.organization(), tenant.live(), customer.id().value(), event.metric(),
					event.key(), event.quantity(), event.timestamp(), now, event.properties()));
		}
		if (!problems.isEmpty()) {
			throw new Invalid(problems.subList(0, Math.min(problems.size(), 100)));
		}
		return events;
	}

	private static Set<String> names(Customer customer) {
		String id = customer.id().text();
		return (customer.externalId() != null)
				? Set.of(id, customer.externalId(), "external:" + customer.externalId())
				: Set.of(id);
	}

	@GetMapping("/{id}/preview")
	@RequiresScope("usage:read")
	@Operation(summary = "See what a backfill would change", description = """
			The figures of its range by meter, as they are and as they would be.""")
	Mono<BackfillPreviewView> preview(@PathVariable BackfillId id) {
		return this.replace.preview(id).map(BackfillPreviewView::of);
	}

	@PostMapping("/{id}/apply")
	@RequiresScope("usage:write")
	@Operation(summary = "Apply a backfill", description = """
			At once: its events count, and those it replaces are voided. Events that come later count too, in its range as well.""")
	Mono<BackfillView> apply(@PathVariable BackfillId id) {
		return this.replace.apply(id).map(BackfillView::of);
	}

	@PostMapping("/{id}/revert")
	@RequiresScope("usage:write")
	@Operation(summary = "Revert a backfill", description = """
			At once: every event that it has changed is what it was before.""")
	Mono<BackfillView> revert(@PathVariable BackfillId id) {
		return this.replace.revert(id).map(BackfillView::of);
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@RequiresScope("usage:write")
	@Operation(summary = "Throw a draft away")
	Mono<Void> discard(@PathVariable BackfillId id) {
		return this.replace.discard(id);
	}

	/// What is to be replaced.
	///
	/// @param customer `cus_...` or the organization's own id
	/// @param metric the events' name; of all where it is not given
	/// @param startDate a day, or an instant
	/// @param endDate a day, which is included, or an instant, which is not
	/// @param reason for whoever asks later
	record BackfillRequest(@NotNull @Size(min = 1, max = 264) String customer,
			@Size(min = 1, max = 100) @Nullable String metric,
			@NotNull @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) String startDate,
			@NotNull @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) String endDate,
			@NotBlank @Size(max = 500) String reason) {}

	/// A backfill as the API shows it.
	///
	/// @param metric `null` where it is of all
	/// @param end not included
	/// @param events how many were put in
	/// @param createdBy `usr_...` or `key_...`
	record BackfillView(BackfillId id, Backfill.Status status, CustomerId customerId, @Nullable String metric,
			Instant start, Instant end, String reason, long events, String createdBy, Instant createdAt,
			@Nullable Instant appliedAt, @Nullable Instant revertedAt) {

		static BackfillView of(Backfill backfill) {
			Backfill.Scope scope = backfill.scope();
			return new BackfillView(backfill.id(), backfill.status(), new CustomerId(scope.customer()), scope.metric(),
					scope.span().start(), scope.span().end(), backfill.reason(), backfill.events(),
					backfill.createdBy(), backfill.createdAt(), backfill.appliedAt(), backfill.revertedAt());
		}

	}

	/// What a backfill would change.
	///
	/// @param replacedEvents that would count no more
	/// @param takenKeys that belong to other events, which it does not replace; with any it cannot be applied
	record BackfillPreviewView(BackfillId id, long events, long replacedEvents, long takenKeys,
			List<ComparedView> data) {

		static BackfillPreviewView of(ReplaceUsage.Preview preview) {
			return new BackfillPreviewView(preview.backfill().id(), preview.backfill().events(), preview.replaced(),
					preview.taken(), preview.meters().stream().map(ComparedView::of).toList());
		}

	}

	/// A meter's figures over the backfill's range.
	///
	/// @param metric the meter's slug
	/// @param before as it is; `null` where there is none, as the largest of no events
	/// @param after as it would be
	/// @param complete false while the meter still counts events from before it was made
	record ComparedView(MeterId meterId, String metric, @Nullable String unit, @Nullable BigDecimal before,
			long eventsBefore, @Nullable BigDecimal after, long eventsAfter, boolean complete) {

		static ComparedView of(UsageFigures.Compared compared) {
			return new ComparedView(compared.meter().id(), compared.meter().details().slug(),
					compared.meter().details().unit(), compared.value(), compared.events(), compared.instead(),
					compared.eventsInstead(), compared.complete());
		}

	}

}
