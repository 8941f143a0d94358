package io.billwright.user.apikey;

import java.time.Duration;
import java.time.Instant;

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
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// The secrets with which requests are signed in the name of an API key.
@RestController
@RequestMapping("/api/v1/api-keys/{id}/signing-secrets")
class SigningSecretController {

	private final ApiKeys keys;

	private final SigningSecrets secrets;

	private final ManageSigningSecrets manage;

	private final ReadOnlyTransaction readOnly;

	SigningSecretController(ApiKeys keys, SigningSecrets secrets, ManageSigningSecrets manage,
			ReadOnlyTransaction readOnly) {
		this.keys = keys;
		this.secrets = secrets;
		this.manage = manage;
		this.readOnly = readOnly;
	}

	@PostMapping
	@RequiresScope("api_keys:write")
	@ResponseStatus(HttpStatus.CREATED)
	@Operation(summary = "Create or replace a signing secret", description = """
			The answer is the only one that ever shows it. The secret before stays good for the overlap. Requests are signed \
			as RFC 9421 says, with `hmac-sha256` and the API key's id as `keyid`.""")
	Mono<ResponseEntity<SigningSecretView>> createSigningSecret(@PathVariable ApiKeyId id,
			@RequestBody(required = false) ApiKeyController.@Nullable RotationRequest request) {
		Long seconds = (request != null) ? request.overlapSeconds() : null;
		return this.manage.create(id, (seconds != null) ? Duration.ofSeconds(seconds) : null)
				.map((secret) -> ResponseEntity.status(HttpStatus.CREATED)
						.cacheControl(CacheControl.noStore())
						.body(SigningSecretView.of(secret, secret.text())));
	}

	@GetMapping
	@RequiresScope("api_keys:read")
	@Operation(summary = "List the signing secrets of an API key", description = """
			Those that are still good, the newest first, without the secrets themselves. There are two at the most.""")
	Mono<Page<SigningSecretView>> listSigningSecrets(@PathVariable ApiKeyId id) {
		return this.keys.require(id)
				.thenMany(this.secrets.of(id))
				.map((secret) -> SigningSecretView.of(secret, null))
				.collectList()
				.map((views) -> new Page<>(views, null, false, null))
				.as(this.readOnly::transactional);
	}

	@DeleteMapping
	@RequiresScope("api_keys:write")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Revoke the signing secrets of an API key at once", description = "The key itself stays good.")
	Mono<Void> revokeSigningSecrets(@PathVariable ApiKeyId id) {
		return this.manage.revoke(id);
	}

	/// @param apiKeyId the `keyid` of signatures
	/// @param expiresAt from when on it is worthless, of the one before only
	/// @param secret the key of the HMAC, its text as it stands; only in the answer that creates it
	record SigningSecretView(ApiKeyId apiKeyId, Instant createdAt, @Nullable Instant expiresAt,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {

		static SigningSecretView of(SigningSecret secret, @Nullable String text) {
			return new SigningSecretView(secret.key(), secret.createdAt(), secret.expiresAt(), text);
		}

	}

}
