package io.billwright.user.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;
import io.billwright.user.webhook.WebhookEndpoint.Terms;
import io.billwright.user.webhook.sending.Sender;

/// Where the organization wants to hear of events, in the mode of the caller.
@RestController
@RequestMapping("/api/v1/webhook-endpoints")
class WebhookEndpointController {

	private static final long OVERLAP_SECONDS_MAX = 604_800;

	private static final String NO_TYPE = "must be a type such as invoice.paid, all of a kind such as invoice.*, or *";

	private final WebhookEndpoints endpoints;

	private final ManageWebhookEndpoints manage;

	private final Sender sender;

	private final ReadOnlyTransaction readOnly;

	private final Clock clock;

	WebhookEndpointController(WebhookEndpoints endpoints, ManageWebhookEndpoints manage, Sender sender,
			ReadOnlyTransaction readOnly, Clock clock) {
		this.endpoints = endpoints;
		this.manage = manage;
		this.sender = sender;
		this.readOnly = readOnly;
		this.clock = clock;
	}

	@PostMapping
	@RequiresScope("webhooks:write")
	@Operation(summary = "Create a webhook endpoint", description = """
			Events of the types named are sent there from now on, signed as [Standard Webhooks](https://www.standardwebhooks.com) \
			has it, at least once, in no promised order. Only this answer shows the secret.""")
	Mono<ResponseEntity<WebhookEndpointView>> createEndpoint(@RequestBody WebhookEndpointRequest request) {
		return Mono.defer(() -> this.manage.create(request.toTerms(this.sender)))
				.map((created) -> ResponseEntity
						.created(URI.create("/api/v1/webhook-endpoints/" + created.endpoint().id()))
						.cacheControl(CacheControl.noStore())
						.body(WebhookEndpointView.of(created)));
	}

	@GetMapping
	@RequiresScope("webhooks:read")
	@Operation(summary = "List the webhook endpoints", description = "Of this mode, the newest first.")
	Mono<Page<WebhookEndpointView>> listEndpoints(PageRequest page) {
		return this.endpoints.list(page)
				.map((endpoints) -> endpoints.map(WebhookEndpointView::of))
				.as(this.readOnly::transactional);
	}

	@GetMapping("/{id}")
	@RequiresScope("webhooks:read")
	@Operation(summary = "Get a webhook endpoint")
	Mono<WebhookEndpointView> getEndpoint(@PathVariable WebhookEndpointId id) {
		return this.endpoints.require(id).map(WebhookEndpointView::of).as(this.readOnly::transactional);
	}

	@PatchMapping("/{id}")
	@RequiresScope("webhooks:write")
	@Operation(summary = "Change a webhook endpoint", description = """
			`status` disables it, or enables it again. What waits to be sent to a disabled endpoint fails; it can be replayed.""")
	Mono<WebhookEndpointView> updateEndpoint(@PathVariable WebhookEndpointId id, MergePatch patch,
			ExpectedVersion expected) {
		return this.manage.change(id, expected, (endpoint) -> {
			WebhookEndpointChange change = patch.apply(WebhookEndpointChange.of(endpoint),
					WebhookEndpointChange.class);
			return endpoint.change(change.toTerms(endpoint.terms().url(), this.sender),
					change.status() == Status.ENABLED, this.clock.instant());
		}).map(WebhookEndpointView::of);
	}

	@DeleteMapping("/{id}")
	@RequiresScope("webhooks:write")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Delete a webhook endpoint", description = "Its deliveries cannot be seen any more either.")
	Mono<Void> deleteEndpoint(@PathVariable WebhookEndpointId id, ExpectedVersion expected) {
		return this.manage.delete(id, expected);
	}

	@PostMapping("/{id}/rotate-secret")
	@RequiresScope("webhooks:write")
	@Operation(summary = "Replace the secret of a webhook endpoint", description = """
			Only this answer shows the new one. For the overlap there are two signatures, with the new secret and with the \
			one before.""")
	Mono<ResponseEntity<WebhookEndpointView>> rotateSecret(@PathVariable WebhookEndpointId id,
			@RequestBody(required = false) @Nullable SecretRotationRequest request) {
		Long seconds = (request != null) ? request.overlapSeconds() : null;
		return this.manage.rotate(id, (seconds != null) ? Duration.ofSeconds(seconds) : null)
				.map((rotated) -> ResponseEntity.ok()
						.cacheControl(CacheControl.noStore())
						.body(WebhookEndpointView.of(rotated)));
	}

	private static URI toUrl(String text, Sender sender) {
		try {
			URI url = new URI(text);
			String objection = sender.objection(url);
			if (objection == null) {
				return url;
			}
			throw new Invalid("url", "url_not_allowed", objection);
		}
		catch (URISyntaxException ex) {
			throw new Invalid("url", "malformed", "must be a URL");
		}
	}

	enum Status {

		ENABLED, DISABLED

	}

	/// @param url `https://...`, at most 2048 characters, without a user and a fragment
	/// @param eventTypes exact types such as `invoice.paid`, all of a kind such as `invoice.*`, or `*`
	record WebhookEndpointRequest(@NotBlank @Size(max = 2048) String url, @Nullable @Size(max = 500) String description,
			@NotEmpty @Size(max = 50) List<@NotNull @Pattern(regexp = EventTypes.PATTERN, message = NO_TYPE) String> eventTypes) {

		Terms toTerms(Sender sender) {
			return new Terms(toUrl(this.url, sender), this.description, this.eventTypes.stream().distinct().toList());
		}

	}

	/// What can be changed.
	record WebhookEndpointChange(@NotBlank @Size(max = 2048) String url, @Nullable @Size(max = 500) String description,
			@NotEmpty @Size(max = 50) List<@NotNull @Pattern(regexp = EventTypes.PATTERN, message = NO_TYPE) String> eventTypes,
			@NotNull Status status) {

		static WebhookEndpointChange of(WebhookEndpoint endpoint) {
			Terms terms = endpoint.terms();
			return new WebhookEndpointChange(terms.url().toString(), terms.description(), terms.eventTypes(),
					endpoint.enabled() ? Status.ENABLED : Status.DISABLED);
		}

		/// What stays as it is need not be allowed any more: it can still be disabled.
		Terms toTerms(URI current, Sender sender) {
			return new Terms(this.url.equals(current.toString()) ? current : toUrl(this.url, sender),
					this.description, this.eventTypes.stream().distinct().toList());
		}

	}

	/// @param overlapSeconds how long the old secret is used as well, 0 to 604800 (7 days), default 86400 (1 day)
	record SecretRotationRequest(@Nullable @Min(0) @Max(OVERLAP_SECONDS_MAX) Long overlapSeconds) {}

	/// @param disabledReason `by_hand`, `gone` (it has answered 410) or `failing` (for days nothing has got through); `null`
	/// while it is enabled
	/// @param secret with which events are signed, only in the answer that creates it
	record WebhookEndpointView(WebhookEndpointId id, long version, String url, @Nullable String description,
			List<String> eventTypes, Status status, @Nullable String disabledReason, Instant createdAt,
			Instant updatedAt,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) implements Versioned {

		static WebhookEndpointView of(WebhookEndpoint endpoint) {
			return of(endpoint, null);
		}

		static WebhookEndpointView of(ManageWebhookEndpoints.Revealed revealed) {
			return of(revealed.endpoint(), revealed.secret().text());
		}

		private static WebhookEndpointView of(WebhookEndpoint endpoint, @Nullable String secret) {
			Terms terms = endpoint.terms();
			WebhookEndpoint.Disabled disabled = endpoint.disabled();
			return new WebhookEndpointView(endpoint.id(), endpoint.version(), terms.url().toString(),
					terms.description(), terms.eventTypes(),
					endpoint.enabled() ? Status.ENABLED : Status.DISABLED,
					(disabled != null) ? disabled.code() : null, endpoint.createdAt(), endpoint.updatedAt(), secret);
		}

	}

}
