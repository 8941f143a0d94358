package io.billwright.gateway.accounts;

import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

import io.billwright.platform.clients.Clients;
import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Unavailable;

/// user-service, as the edge asks it. Every question is bounded in time and fails with [Unavailable] when there is no
/// usable answer.
@Component
public final class Accounts {

	private final WebClient client;

	Accounts(Clients clients) {
		this.client = clients.named("user-service");
	}

	/// Whose key has this hash. Cold.
	///
	/// @param sha256 lower-case hexadecimal
	public Mono<IntrospectionView> introspect(String sha256) {
		return answered(this.client.post()
				.uri("/internal/credentials/introspect")
				.attributes(Clients::reading)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(Map.of("api_key_sha256", sha256))
				.retrieve()
				.bodyToMono(IntrospectionView.class));
	}

	/// Whose key has this id, and with what it signs. Cold.
	///
	/// @param keyId a well-formed one
	public Mono<SigningView> introspectSigning(String keyId) {
		return answered(this.client.post()
				.uri("/internal/credentials/signing")
				.attributes(Clients::reading)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(Map.of("api_key_id", keyId))
				.retrieve()
				.bodyToMono(SigningView.class));
	}

	/// Whether an organization allows this origin to call the API from a browser. Cold.
	///
	/// @param organization `null` to ask whether any does
	public Mono<Boolean> allowsOrigin(String origin, @Nullable String organization) {
		return answered(this.client.get()
				.uri((uri) -> uri.path("/internal/cors-origins")
						.queryParam("origin", "{origin}")
						.queryParamIfPresent("organization_id", Optional.ofNullable(organization))
						.build(origin))
				.retrieve()
				.bodyToMono(OriginAnswer.class)
				.map(OriginAnswer::allowed));
	}

	/// What somebody set at run time for an organization's limits. Cold.
	public Mono<LimitsView> requestLimits(String organization) {
		return answered(this.client.get()
				.uri("/internal/organizations/{id}/rate-limits", organization)
				.retrieve()
				.bodyToMono(LimitsView.class));
	}

	/// The keys that access tokens are signed with. Cold.
	public Mono<JWKSet> requestSigningKeys() {
		return answered(this.client.get()
				.uri("/.well-known/jwks.json")
				.accept(MediaType.APPLICATION_JSON)
				.retrieve()
				.bodyToMono(String.class)
				.map(Accounts::toKeys));
	}

	private static <T> Mono<T> answered(Mono<T> answer) {
		return answer.switchIfEmpty(Mono.error(() -> new IllegalStateException("user-service answered nothing")))
				.onErrorMap((failure) -> !(failure instanceof Failure), (failure) -> new Unavailable(
						"user_service_unavailable", "Credentials cannot be checked at the moment. Try again.",
						Duration.ofSeconds(1)));
	}

	private static JWKSet toKeys(String json) {
		try {
			return JWKSet.parse(json);
		}
		catch (ParseException ex) {
			throw new IllegalStateException("user-service answered no JWK set", ex);
		}
	}

	private record OriginAnswer(boolean allowed) {}

}
