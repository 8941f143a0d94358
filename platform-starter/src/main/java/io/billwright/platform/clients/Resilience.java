package io.billwright.platform.clients;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.Counter;
import io.netty.channel.ChannelException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.billwright.platform.failure.Unavailable;

/// Makes one call survive what a network does, and says [Unavailable] where it cannot: each attempt goes through the
/// circuit breaker, and idempotent requests are tried again as long as the budget lasts.
final class Resilience implements ExchangeFilterFunction {

	private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

	private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
			HttpMethod.PUT, HttpMethod.DELETE);

	/// Answers of a process that did not serve the request: proxy errors, restarting, overloaded.
	private static final Set<Integer> WORTH_RETRYING = Set.of(502, 503, 504);

	private static final Duration BACKOFF_MAX = Duration.ofMillis(500);

	private final String name;

	private final ClientSettings settings;

	private final CircuitBreaker breaker;

	private final RetryBudget budget;

	private final Counter retries;

	Resilience(String name, ClientSettings settings, CircuitBreaker breaker, Counter retries) {
		this.name = name;
		this.settings = settings;
		this.breaker = breaker;
		this.budget = new RetryBudget(settings.retryRatio());
		this.retries = retries;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		this.budget.deposit();
		return Mono.defer(() -> next.exchange(request))
				.flatMap(Resilience::refuseServerError)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.retryWhen(retry(request))
				.map(this::mapBodyErrors)
				.onErrorMap(Resilience::isOutage, this::unavailable);
	}

	private static Mono<ClientResponse> refuseServerError(ClientResponse response) {
		if (!response.statusCode().is5xxServerError()) {
			return Mono.just(response);
		}
		return response.releaseBody().then(Mono.error(() -> new ServerError(response.statusCode().value())));
	}

	private Retry retry(ClientRequest request) {
		return Retry.backoff(this.settings.maxAttempts() - 1L, this.settings.retryBackoff())
				.maxBackoff(BACKOFF_MAX)
				.jitter(0.5)
				.filter((failure) -> isRepeatable(request) && isPassing(failure) && this.budget.withdraw())
				.doBeforeRetry((signal) -> this.retries.increment())
				.onRetryExhaustedThrow((spec, signal) -> signal.failure());
	}

	private static boolean isRepeatable(ClientRequest request) {
		return IDEMPOTENT.contains(request.method()) || request.headers().containsHeader(IDEMPOTENCY_KEY)
				|| request.attribute(Clients.READING).isPresent();
	}

	private static boolean isPassing(Throwable failure) {
		return (failure instanceof WebClientRequestException)
				|| ((failure instanceof ServerError error) && WORTH_RETRYING.contains(error.status));
	}

	/// The answer's head was fine, but its body may still stop half-way. The client wraps what is said here.
	private ClientResponse mapBodyErrors(ClientResponse response) {
		return response.mutate()
				.body((body) -> body.onErrorMap((ex) -> (ex instanceof IOException) || (ex instanceof ChannelException),
						this::unavailable))
				.build();
	}

	private static boolean isOutage(Throwable failure) {
		return (failure instanceof WebClientRequestException) || (failure instanceof ServerError)
				|| (failure instanceof CallNotPermittedException);
	}

	/// Of the outage only what is at its root is kept: above it the request's address is quoted.
	private Unavailable unavailable(Throwable outage) {
		return new Unavailable(this.name.replace('-', '_') + "_unavailable",
				"The %s does not answer. Nothing was changed; try again later.".formatted(this.name),
				this.settings.openFor(), NestedExceptionUtils.getMostSpecificCause(outage));
	}

	private static final class ServerError extends RuntimeException {

		private final int status;

		ServerError(int status) {
			super("status " + status, null, false, false);
			this.status = status;
		}

	}

}
