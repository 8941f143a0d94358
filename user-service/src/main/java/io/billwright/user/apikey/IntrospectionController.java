package io.billwright.user.apikey;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.ServiceOnly;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.system.SystemTransaction;

/// Answers the gateway, which knows the hash of an API key and not whose it is.
@RestController
class IntrospectionController {

	private final ApiKeys keys;

	private final SigningSecrets secrets;

	private final KeyUses uses;

	private final SystemTransaction transaction;

	private final OperatorSettings operator;

	IntrospectionController(ApiKeys keys, SigningSecrets secrets, KeyUses uses, SystemTransaction transaction,
			OperatorSettings operator) {
		this.keys = keys;
		this.secrets = secrets;
		this.uses = uses;
		this.transaction = transaction;
		this.operator = operator;
	}

	@ServiceOnly
	@PostMapping("/internal/credentials/introspect")
	Mono<IntrospectionView> introspect(@RequestBody IntrospectionRequest request) {
		return this.operator.knows(request.apiKeySha256())
				? Mono.just(IntrospectionView.ofOperator(request.apiKeySha256()))
				: find(request);
	}

	private Mono<IntrospectionView> find(IntrospectionRequest request) {
		return this.keys.findActive(HexFormat.of().parseHex(request.apiKeySha256()))
				.doOnNext((found) -> this.uses.note(found.key().id(), found.key().lastUsedAt()))
				.map(IntrospectionView::of)
				.defaultIfEmpty(IntrospectionView.INACTIVE)
				.as(this.transaction::transactional);
	}

	/// The secrets themselves: no one can verify an HMAC without them. They leave this service here only, and only to whoever
	/// has a service's passport.
	@ServiceOnly
	@PostMapping("/internal/credentials/signing")
	Mono<SigningView> introspectSigning(@RequestBody SigningRequest request) {
		return this.keys.findActive(request.apiKeyId())
				.flatMap((found) -> this.secrets.of(found.organization(), found.key().id())
						.map(SigningView.Secret::of)
						.collectList()
						.filter((secrets) -> !secrets.isEmpty())
						.doOnNext((secrets) -> this.uses.note(found.key().id(), found.key().lastUsedAt()))
						.map((secrets) -> new SigningView(IntrospectionView.of(found), secrets)))
				.defaultIfEmpty(new SigningView(IntrospectionView.INACTIVE, List.of()))
				.as(this.transaction::transactional);
	}

	record SigningRequest(@NotNull ApiKeyId apiKeyId) {}

	/// @param secrets with which its requests may be signed, the newest first; none where it is not active
	record SigningView(IntrospectionView key, List<Secret> secrets) {

		record Secret(String text, @Nullable Instant expiresAt) {

			static Secret of(SigningSecret secret) {
				return new Secret(secret.text(), secret.expiresAt());
			}

			@Override
			public String toString() {
				return "a signing secret";
			}

		}

	}

	/// @param apiKeySha256 the SHA-256 of the key, in lower-case hexadecimal digits
	record IntrospectionRequest(
			@NotNull @Pattern(regexp = "[0-9a-f]{64}") String apiKeySha256) {}

	/// @param kind `publishable` for a key that is no secret, `operator` for one that belongs to no organization
	/// @param keyId `key_...`, or `opr_...` and the beginning of the hash
	/// @param scope permissions, separated by spaces
	/// @param allowedOrigins of a publishable key: the web origins whose pages may use it, all where there are none
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record IntrospectionView(boolean active, @Nullable String kind, @Nullable String keyId,
			@Nullable OrganizationId organizationId, @Nullable String mode, @Nullable String scope,
			@Nullable List<String> allowedOrigins, @Nullable Instant expiresAt) {

		static final IntrospectionView INACTIVE = new IntrospectionView(false, null, null, null, null, null, null,
				null);

		private static final int OPERATOR_ID_LENGTH = 16;

		static IntrospectionView ofOperator(String sha256) {
			return new IntrospectionView(true, "operator", "opr_" + sha256.substring(0, OPERATOR_ID_LENGTH), null,
					"live", "platform:operate", null, null);
		}

		static IntrospectionView of(ApiKeys.Found found) {
			ApiKey key = found.key();
			ApiKey.Publication publication = key.publication();
			return new IntrospectionView(true, (publication != null) ? "publishable" : null, key.id().text(),
					found.organization(), key.live() ? "live" : "test", String.join(" ", key.scopes()),
					(publication != null) ? publication.origins() : null, key.expiresAt());
		}

	}

}
