package io.billwright.user.privacy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;

/// Taking the organization's data out (GDPR, article 20). Billing data comes from the lists of the billing API.
@RestController
@RequestMapping("/api/v1/organizations/me/exports")
class ExportController {

	private static final String NDJSON = MediaType.APPLICATION_NDJSON_VALUE;

	private final Exports exports;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	private final ReadOnlyTransaction readOnly;

	ExportController(Exports exports, AuditLog audit, TransactionalOperator transaction,
			ReadOnlyTransaction readOnly) {
		this.exports = exports;
		this.audit = audit;
		this.transaction = transaction;
		this.readOnly = readOnly;
	}

	@PostMapping
	@RequiresScope("organization:write")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Order a file with the organization's data", description = """
			Ask for the export until it is done, then get its file. One at a time.""")
	Mono<ResponseEntity<ExportView>> orderExport() {
		return Caller.current()
				.flatMap((caller) -> this.exports.order(caller.principal()))
				.delayUntil((export) -> this.audit.record(new Change("export.ordered", export.id().text())))
				.as(this.transaction::transactional)
				.map((export) -> ResponseEntity.accepted()
						.location(URI.create("/api/v1/organizations/me/exports/" + export.id()))
						.body(ExportView.of(export)));
	}

	@GetMapping("/{id}")
	@RequiresScope("organization:write")
	@Operation(summary = "Get an export")
	Mono<ExportView> getExport(@PathVariable ExportId id) {
		return this.exports.require(id).map(ExportView::of).as(this.readOnly::transactional);
	}

	@GetMapping(path = "/{id}/file", produces = NDJSON)
	@RequiresScope("organization:write")
	@ApiResponse(responseCode = "200", content = @Content(mediaType = NDJSON, schema = @Schema(type = "string")))
	@Operation(summary = "Get the file of an export that is done", description = """
			Newline-delimited JSON, a line for each thing: `{"type": "member", "data": {...}}`.""")
	Mono<ResponseEntity<Flux<DataBuffer>>> getExportFile(@PathVariable ExportId id) {
		return this.exports.require(id).as(this.readOnly::transactional).map((export) -> {
			if (!export.done()) {
				throw new PrivacyFailure.ExportNotDone(export.status());
			}
			return ResponseEntity.ok()
					.contentType(MediaType.APPLICATION_NDJSON)
					.contentLength(export.sizeBytes())
					.cacheControl(CacheControl.noStore())
					.headers((headers) -> headers.setContentDisposition(
							ContentDisposition.attachment().filename(id + ".ndjson").build()))
					.body(parts(id));
		});
	}

	/// One part at a time, each read when the client has taken the one before; no transaction waits for a slow client.
	private Flux<DataBuffer> parts(ExportId id) {
		return Flux.range(0, Integer.MAX_VALUE)
				.concatMap((ordinal) -> this.exports.part(id, ordinal)
						.as(this.readOnly::transactional)
						.singleOptional(), 1)
				.takeWhile((part) -> part.isPresent())
				.map((part) -> DefaultDataBufferFactory.sharedInstance
						.wrap(part.orElseThrow().getBytes(StandardCharsets.UTF_8)));
	}

	/// @param status `pending`, `done` or `failed`
	/// @param expiresAt when the file is deleted
	record ExportView(ExportId id, String status, String requestedBy, Instant createdAt, @Nullable Instant completedAt,
			Instant expiresAt, long sizeBytes) {

		static ExportView of(Export export) {
			return new ExportView(export.id(), export.status(), export.requestedBy(), export.createdAt(),
					export.completedAt(), export.expiresAt(), export.sizeBytes());
		}

	}

}
