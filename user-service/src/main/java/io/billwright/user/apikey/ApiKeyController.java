package io.billwright.user.apikey;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.validation.constraints.Future;
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
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.web.Versioned;
import io.billwright.user.member.PermissionName;
import io.billwright.user.organization.Organization;

/// The organization's API keys, of live and test mode.
@RestController
@RequestMapping("/api/v1/api-keys")
class ApiKeyController {

	private static final long OVERLAP_SECONDS_MAX = 604_800;

	private final ApiKeys keys;

	private final ManageApiKeys manage;

	private final ReadOnlyTransaction readOnly;

	private final Clock clock;

	ApiKeyController(ApiKeys keys, ManageApiKeys manage, ReadOnlyTransaction readOnly, Clock clock) {
		this.keys = keys;
		this.manage = manage;
		this.readOnly = readOnly;
		this.clock = clock;
	}

	@PostMapping
	@RequiresScope("api_keys:write")
	@Operation(summary = "Create an API key", description = """
			The answer is the only one that ever shows the secret. A key may do no more than who creates it. A publishable \
			key is no secret: it may stand in a page or an app, reads the catalog and nothing else, and is shown again at \
			any time.""")
	Mono<ResponseEntity<ApiKeyView>> create(@RequestBody ApiKeyRequest request) {
		return this.manage.create(request.toOrder()).map(this::created);
	}

	@GetMapping
	@RequiresScope("api_keys:read")
	@Operation(summary = "List the API keys", description = "Of live and test mode, the newest first.")
	Mono<Page<ApiKeyView>> list(PageRequest page) {
		return this.keys.list(page).map((keys) -> keys.map(this::view)).as(this.readOnly::transactional);
	}

	@GetMapping("/{id}")
	@RequiresScope("api_keys:read")
	@Operation(summary = "Get an API key")
	Mono<ApiKeyView> get(@PathVariable ApiKeyId id) {
		return this.keys.require(id).map(this::view).as(this.readOnly::transactional);
	}

	@PostMapping("/{id}/rotate")
	@RequiresScope("api_keys:write")
	@Operation(summary = "Replace an API key", description = """
			Makes a key with the same rights and shows its secret once. The old one stays good for the overlap.""")
	Mono<ResponseEntity<ApiKeyView>> rotate(@PathVariable ApiKeyId id,
			@RequestBody(required = false) @Nullable RotationRequest request) {
		Long seconds = (request != null) ? request.overlapSeconds() : null;
		return this.manage.rotate(id, (seconds != null) ? Duration.ofSeconds(seconds) : null).map(this::created);
	}

	@DeleteMapping("/{id}")
	@RequiresScope("api_keys:write")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Revoke an API key at once")
	Mono<Void> revoke(@PathVariable ApiKeyId id) {
		return this.manage.revoke(id);
	}

	private ResponseEntity<ApiKeyView> created(ManageApiKeys.Created created) {
		return ResponseEntity.created(URI.create("/api/v1/api-keys/" + created.key().id()))
				.cacheControl(CacheControl.noStore())
				.body(ApiKeyView.of(created.key(), created.secret().text(), this.clock.instant()));
	}

	private ApiKeyView view(ApiKey key) {
		return ApiKeyView.of(key, null, this.clock.instant());
	}

	enum Mode {

		LIVE, TEST

	}

	enum Kind {

		SECRET, PUBLISHABLE

	}

	/// @param kind `secret`, the default, or `publishable`
	/// @param mode the world that the key opens
	/// @param scopes what it may do, no more than you may yourself; a publishable key `catalog:read` only
	/// @param allowedOrigins of a publishable key: the web origins whose pages may use it; without it, all
	/// @param expiresAt from when on it is worthless; without it, never
	record ApiKeyRequest(@NotBlank @Size(max = 100) String name, @Nullable Kind kind, @NotNull Mode mode,
			@NotEmpty @Size(max = 50) List<@NotNull @PermissionName String> scopes,
			@Nullable @Size(max = 20) List<@NotNull @Pattern(regexp = Organization.ORIGIN, message = Organization.NO_ORIGIN) String> allowedOrigins,
			@Nullable @Future Instant expiresAt) {

		ApiKeyOrder toOrder() {
			return new ApiKeyOrder(this.name, this.kind == Kind.PUBLISHABLE, this.mode == Mode.LIVE, this.scopes,
					(this.allowedOrigins != null) ? this.allowedOrigins : List.of(), this.expiresAt);
		}

	}

	/// @param overlapSeconds how long the old key stays good, 0 to 604800 (7 days), default 86400 (1 day)
	record RotationRequest(@Nullable @Min(0) @Max(OVERLAP_SECONDS_MAX) Long overlapSeconds) {}

	/// @param prefix the beginning of the secret
	/// @param status `active`, `expired` or `revoked`
	/// @param allowedOrigins of a publishable key: the web origins whose pages may use it, all where there are none
	/// @param publishableKey the key itself, always; publishable keys only
	/// @param secret the key itself, only in the answer that creates it; secret keys only
	record ApiKeyView(ApiKeyId id, long version, String name, Kind kind, Mode mode, String prefix, List<String> scopes,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> allowedOrigins,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String publishableKey, String status, String createdBy,
			Instant createdAt, @Nullable Instant expiresAt,
			@Nullable Instant lastUsedAt, @Nullable Instant revokedAt, @Nullable ApiKeyId rotatedFrom,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) implements Versioned {

		static ApiKeyView of(ApiKey key, @Nullable String secret, Instant now) {
			ApiKey.Publication publication = key.publication();
			return new ApiKeyView(key.id(), key.version(), key.name(),
					(publication != null) ? Kind.PUBLISHABLE : Kind.SECRET, key.live() ? Mode.LIVE : Mode.TEST,
					key.shown(), key.scopes(), (publication != null) ? publication.origins() : null,
					(publication != null) ? publication.text() : null, key.status(now), key.createdBy(),
					key.createdAt(), key.expiresAt(), key.lastUsedAt(),
					key.revokedAt(), key.rotatedFrom(), (publication != null) ? null : secret);
		}

	}

}
