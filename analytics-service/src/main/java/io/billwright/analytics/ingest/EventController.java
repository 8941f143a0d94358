package io.billwright.analytics.ingest;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import jakarta.validation.constraints.NotNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.idempotency.OwnIdempotency;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Tenant;

/// Usage events over HTTP.
@RestController
@RequestMapping("/api/v1/usage/events")
class EventController {

	/// The same at the gateway: `billwright.gateway.edge.body-limits`.
	private static final int BODY_LIMIT = 5 * 1024 * 1024;

	/// A body that is a little too long is read to its end, as not every client reads an answer while it is sending.
	private static final int BODY_MARGIN = 64 * 1024;

	/// For the gateway, which may limit by it: each event costs one token.
	private static final String COST = "X-Billwright-Cost";

	private final Intake intake;

	private final Tails tails;

	private final InWork inWork;

	private final Clock clock;

	EventController(Intake intake, Tails tails, IngestSettings settings, Clock clock) {
		this.intake = intake;
		this.clock = clock;
		this.tails = tails;
		this.inWork = new InWork(settings.inWork().toBytes());
	}

	@PostMapping(consumes = {Form.JSON_TYPE, Form.LINES_TYPE, Form.CLOUD_EVENT_TYPE, Form.CLOUD_EVENTS_TYPE})
	@ResponseStatus(HttpStatus.ACCEPTED)
	@RequiresScope("usage:write")
	@OwnIdempotency
	@Operation(summary = "Send usage events", description = """
			One event, an array of them, or one on each line (`application/x-ndjson`), up to 10,000 in 5 MiB; CloudEvents 1.0 in \
			the structured and the batch form too. Each is judged by itself: `rejected` with all that is wrong with it, \
			`duplicate` where an event with its `idempotency_key` is known to be accepted, else `accepted`: all in-sync replicas \
			of Kafka have it, and it is counted exactly once. `items` tells of the rejected ones, the duplicates and those whose \
			key was made here; with `include=items` of all. A single object that is rejected is answered with 400.

			After 503, or no answer, send everything again with the same keys. `Idempotency-Key` has no effect: each event has a \
			key of its own.""", requestBody = @io.swagger.v3.oas.annotations.parameters.RequestBody(required = true, content = {
		@Content(mediaType = Form.JSON_TYPE, schema = @Schema(oneOf = {UsageEventRequest.class,
			UsageEventRequest[].class})),
		@Content(mediaType = Form.LINES_TYPE, schema = @Schema(type = "string")),
		@Content(mediaType = Form.CLOUD_EVENT_TYPE, schema = @Schema(type = "object")),
		@Content(mediaType = Form.CLOUD_EVENTS_TYPE, schema = @Schema(type = "array"))}))
	Mono<ResponseEntity<ReceiptView>> send(
			@Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType contentType,
			@Parameter(hidden = true) @RequestHeader(name = HttpHeaders.CONTENT_LENGTH, required = false) @Nullable Long contentLength,
			@Parameter(description = "`items` tells of accepted events too") @RequestParam(required = false) @Nullable Include include,
			@RequestBody Flux<DataBuffer> body) {
		Form form = Form.of(contentType.getType() + '/' + contentType.getSubtype());
		long length = (contentLength != null) ? Math.min(contentLength, BODY_LIMIT) : BODY_LIMIT;
		return this.inWork.admit(length, () -> DataBufferUtils.join(body, BODY_LIMIT + BODY_MARGIN)
				.map(EventController::toBytes)
				.defaultIfEmpty(new byte[0])
				.flatMap((bytes) -> take(form, bytes)
						.map((outcomes) -> ResponseEntity.accepted()
								.header(COST, Integer.toString(Math.max(1, outcomes.size())))
								.body(ReceiptView.of(outcomes, form.isSingle(bytes), include)))));
	}

	@GetMapping(path = "/tail", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	@RequiresScope("usage:read")
	@Operation(summary = "Follow usage events live", description = """
			Server-sent events: what is accepted (`event: accepted`) and rejected (`event: rejected`, with the reasons) from now \
			on, on whatever instance. Whoever reads too slowly misses events; `skipped` tells how many. To pause, close it; it is \
			for looking at, not for counting.""")
	Flux<ServerSentEvent<Tails.TailView>> tail(
			@Parameter(description = "Accepted events of this customer only: `cus_...` or the organization's own id") @RequestParam(required = false) @Nullable String customer,
			@Parameter(description = "Events of this metric only") @RequestParam(required = false) @Nullable String metric) {
		return this.tails.open(customer, metric);
	}

	private Mono<List<Outcome>> take(Form form, byte[] body) {
		return Tenant.current().flatMap((tenant) -> {
			Instant now = this.clock.instant();
			EventReader reader = new EventReader(form, tenant.live(), now, () -> Ids.next().toString());
			return this.intake.take(tenant, now, () -> reader.read(body));
		});
	}

	private static byte[] toBytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		if (bytes.length > BODY_LIMIT) {
			throw new DataBufferLimitException("more than " + BODY_LIMIT + " bytes");
		}
		return bytes;
	}

	/// What else an answer tells.
	enum Include {
		ITEMS
	}

	/// An event as clients write it.
	///
	/// @param idempotencyKey names the event; the same key counts once in 35 days, whatever else differs. 1 to 255 characters.
	///        It must be given in live mode; `null` asks for a new one, with which a repeated event counts again
	/// @param customer `cus_...` or the organization's own id
	/// @param metric the name of the event, which meters refer to, 1 to 100 characters
	/// @param quantity at most 18 digits before and 18 after the point, also as a number; 1 by default
	/// @param timestamp when it happened, at most 35 days ago and 5 minutes ahead; now by default
	/// @param properties at most 50, whose values are strings of at most 512 characters, numbers or booleans
	record UsageEventRequest(@Nullable String idempotencyKey, @NotNull String customer, @NotNull String metric,
			@Nullable BigDecimal quantity, @Nullable Instant timestamp,
			@Nullable Map<String, @Nullable Object> properties) {}

	/// What became of a request.
	///
	/// @param accepted how many events will be counted
	/// @param rejected how many never will
	/// @param duplicate how many are known already
	record ReceiptView(int accepted, int rejected, int duplicate, List<ItemView> items) {

		/// @param single whether no list was sent, so that no list of answers is expected
		/// @throws Invalid where a single event is rejected
		static ReceiptView of(List<Outcome> outcomes, boolean single, @Nullable Include include) {
			if (single && outcomes.getFirst().status() == Outcome.Status.REJECTED) {
				throw new Invalid(outcomes.getFirst().problems());
			}
			Map<Outcome.Status, Integer> counts = Outcome.counts(outcomes);
			List<ItemView> items = new ArrayList<>();
			for (int index = 0; index < outcomes.size(); index++) {
				Outcome outcome = outcomes.get(index);
				if (include == Include.ITEMS || outcome.status() != Outcome.Status.ACCEPTED
						|| outcome.isKeyGenerated()) {
					items.add(new ItemView(index, outcome.status(), outcome.key(), outcome.problems()));
				}
			}
			return new ReceiptView(counts.getOrDefault(Outcome.Status.ACCEPTED, 0),
					counts.getOrDefault(Outcome.Status.REJECTED, 0),
					counts.getOrDefault(Outcome.Status.DUPLICATE, 0), items);
		}

	}

	/// What became of one event.
	///
	/// @param index its place in the request, from 0; blank lines do not count
	/// @param idempotencyKey where it has one that can be read
	/// @param errors all that is wrong with a rejected one
	@JsonInclude(JsonInclude.Include.NON_EMPTY)
	record ItemView(int index, Outcome.Status status, @Nullable String idempotencyKey, List<FieldError> errors) {}

}
