package io.billwright.gateway.limit;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.RedisAway;

/// Charges requests to callers and tells them what they have left.
@Component
public final class Limits {

	private final RedisBuckets shared;

	private final LocalBuckets local;

	private final MeterRegistry meters;

	private final List<Policy> principal;

	private final Policy address;

	private final List<PathPolicy> paths;

	Limits(LimitSettings settings, EdgeRedis redis, Clock clock, MeterRegistry meters) {
		this.shared = new RedisBuckets(redis);
		this.local = new LocalBuckets(clock, settings.localKeys());
		this.meters = meters;
		this.principal = List.of(settings.principal().named("principal"));
		this.address = settings.address().named("address");
		this.paths = settings.paths()
				.entrySet()
				.stream()
				.map((entry) -> new PathPolicy(PathPatternParser.defaultInstance.parse(entry.getValue().path()),
						entry.getValue().method(), entry.getValue().named(entry.getKey())))
				.toList();
	}

	/// Charges a request to whoever is known to make it. Cold; fails with [TooManyRequests].
	///
	/// @param caller the principal's id
	public Mono<Void> chargePrincipal(String caller, ServerWebExchange exchange) {
		return charge(caller, this.principal, exchange);
	}

	/// Charges a request to where it comes from, because nobody knows yet who makes it. Cold; fails with
	/// [TooManyRequests].
	public Mono<Void> chargeAddress(String clientAddress, ServerWebExchange exchange) {
		List<Policy> policies = pathPolicies(exchange);
		policies.addFirst(this.address);
		return charge(clientAddress, policies, exchange);
	}

	/// Charges only the limits of this path, if it has any, to where the request comes from. Cold; fails with
	/// [TooManyRequests].
	public Mono<Void> chargePath(String clientAddress, ServerWebExchange exchange) {
		List<Policy> policies = pathPolicies(exchange);
		return policies.isEmpty() ? Mono.empty() : charge(clientAddress, policies, exchange);
	}

	private Mono<Void> charge(String caller, List<Policy> policies, ServerWebExchange exchange) {
		return this.shared.take(caller, policies)
				.doOnNext((charge) -> count("redis", charge))
				.onErrorResume(RedisAway.class, (away) -> Mono.fromSupplier(() -> this.local.take(caller, policies))
						.doOnNext((charge) -> count("local", charge)))
				.doOnNext((charge) -> tell(charge, exchange.getResponse().getHeaders()))
				.filter((charge) -> !charge.allowed())
				.flatMap((charge) -> Mono.error(new TooManyRequests(charge.retryAfter())));
	}

	private static void tell(Charge charge, HttpHeaders headers) {
		headers.set("RateLimit-Policy", charge.limits());
		headers.set("RateLimit", charge.left());
	}

	private List<Policy> pathPolicies(ServerWebExchange exchange) {
		List<Policy> policies = new ArrayList<>(2);
		this.paths.stream().filter((path) -> path.matches(exchange)).forEach((path) -> policies.add(path.policy()));
		return policies;
	}

	private void count(String store, Charge charge) {
		this.meters
				.counter("billwright.gateway.limit.decisions", "store", store, "outcome",
						charge.allowed() ? "allowed" : "refused")
				.increment();
	}

	private record PathPolicy(PathPattern path, @Nullable HttpMethod method, Policy policy) {

		boolean matches(ServerWebExchange exchange) {
			return (this.method == null || this.method.equals(exchange.getRequest().getMethod()))
					&& this.path.matches(exchange.getRequest().getPath().pathWithinApplication());
		}

	}

}
