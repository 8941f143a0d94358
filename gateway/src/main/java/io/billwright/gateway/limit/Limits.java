package io.billwright.gateway.limit;

import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.RedisAway;

/// Charges requests to callers and tells them what they have left.
@Component
public final class Limits {

	private final Leases shared;

	private final LocalBuckets local;

	private final Consumer<Charge> countShared;

	private final Consumer<Charge> countLocal;

	private final Policies principal;

	private final Policies address;

	private final List<PathPolicy> paths;

	Limits(LimitSettings settings, Leases shared, Clock clock, MeterRegistry meters) {
		this.shared = shared;
		this.local = new LocalBuckets(clock, settings.localKeys());
		this.countShared = counting(meters, "redis");
		this.countLocal = counting(meters, "local");
		Policy ofAddress = settings.address().named("address");
		this.principal = Policies.of(List.of(settings.principal().named("principal")));
		this.address = Policies.of(List.of(ofAddress));
		this.paths = settings.paths()
				.entrySet()
				.stream()
				.map((entry) -> PathPolicy.of(entry.getValue(), entry.getValue().named(entry.getKey()), ofAddress))
				.toList();
	}

	private static Consumer<Charge> counting(MeterRegistry meters, String store) {
		Counter allowed = meters.counter("billwright.gateway.limit.decisions", "store", store, "outcome", "allowed");
		Counter refused = meters.counter("billwright.gateway.limit.decisions", "store", store, "outcome", "refused");
		return (charge) -> (charge.allowed() ? allowed : refused).increment();
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
		PathPolicy path = path(exchange);
		return charge(clientAddress, (path != null) ? path.withAddress() : this.address, exchange);
	}

	/// Charges only the limit of this path, if it has one, to where the request comes from. Cold; fails with
	/// [TooManyRequests].
	public Mono<Void> chargePath(String clientAddress, ServerWebExchange exchange) {
		PathPolicy path = path(exchange);
		return (path != null) ? charge(clientAddress, path.alone(), exchange) : Mono.empty();
	}

	private Mono<Void> charge(String caller, Policies policies, ServerWebExchange exchange) {
		return this.shared.take(caller, policies)
				.doOnNext(this.countShared)
				.onErrorResume(RedisAway.class, (away) -> Mono.fromSupplier(() -> this.local.take(caller, policies))
						.doOnNext(this.countLocal))
				.flatMap((charge) -> settle(charge, policies, exchange.getResponse().getHeaders()));
	}

	private static Mono<Void> settle(Charge charge, Policies policies, HttpHeaders headers) {
		headers.set("RateLimit-Policy", policies.told());
		headers.set("RateLimit", charge.left());
		return charge.allowed() ? Mono.empty() : Mono.error(new TooManyRequests(charge.retryAfter()));
	}

	/// The first that fits.
	private @Nullable PathPolicy path(ServerWebExchange exchange) {
		for (PathPolicy path : this.paths) {
			if (path.matches(exchange)) {
				return path;
			}
		}
		return null;
	}

	/// @param alone charged for a caller who is known
	/// @param withAddress charged for one who is not
	private record PathPolicy(PathPattern path, @Nullable HttpMethod method, Policies alone, Policies withAddress) {

		static PathPolicy of(LimitSettings.PathQuota quota, Policy policy, Policy address) {
			return new PathPolicy(PathPatternParser.defaultInstance.parse(quota.path()), quota.method(),
					Policies.of(List.of(policy)), Policies.of(List.of(address, policy)));
		}

		boolean matches(ServerWebExchange exchange) {
			return (this.method == null || this.method.equals(exchange.getRequest().getMethod()))
					&& this.path.matches(exchange.getRequest().getPath().pathWithinApplication());
		}

	}

}
