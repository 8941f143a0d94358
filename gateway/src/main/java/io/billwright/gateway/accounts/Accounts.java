package io.billwright.gateway.accounts;

import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

import com.nimbusds.jose.jwk.JWKSet;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Passports;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.identity.Passport;

/// user-service, as the edge asks it. Every question is bounded in time and fails with [Unavailable] when there is no
/// answer.
@Component
public final class Accounts {

	private final WebClient client;

	private final Passports passports;

	private final Duration timeout;

	private final CircuitBreaker breaker;

	Accounts(RouteTable routes, AccountsSettings settings, Passports passports,
			CircuitBreakerRegistry breakers) {
		this.client = WebClient.builder().baseUrl(routes.require(settings.route()).url().toString()).build();
		this.passports = passports;
		this.timeout = settings.timeout();
		this.breaker = breakers.circuitBreaker("accounts");
	}

	/// Whose key has this hash. Cold.
	///
	/// @param sha256 lower-case hexadecimal
	public Mono<Introspection> introspect(String sha256) {
		return ask((web) -> web.post()
				.uri("/internal/credentials/introspect")
				.header(Passport.HEADER, this.passports.gateway())
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(Map.of("api_key_sha256", sha256))
				.retrieve()
				.bodyToMono(Introspection.class));
	}

	/// Whether some organization allows this origin to call the API from a browser. Cold.
	public Mono<Boolean> allowsOrigin(String origin) {
		return ask((web) -> web.get()
				.uri("/internal/cors-origins?origin={origin}", origin)
				.header(Passport.HEADER, this.passports.gateway())
				.retrieve()
				.bodyToMono(OriginAnswer.class)
				.map(OriginAnswer::allowed));
	}

	/// The keys that access tokens are signed with. Cold.
	public Mono<JWKSet> requestSigningKeys() {
		return ask((web) -> web.get()
				.uri("/.well-known/jwks.json")
				.header(Passport.HEADER, this.passports.gateway())
				.retrieve()
				.bodyToMono(String.class)
				.map(Accounts::toKeys));
	}

	private <T> Mono<T> ask(Function<WebClient, Mono<T>> question) {
		return Mono.defer(() -> question.apply(this.client))
				.timeout(this.timeout)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.onErrorMap((cause) -> new Unavailable("accounts_unavailable",
						"Credentials cannot be checked at the moment. Try again.", Duration.ofSeconds(1)));
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
