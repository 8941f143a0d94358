package io.billwright.gateway.limit;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.accounts.Accounts;

/// The terms of organizations: user-service is asked once for each, however many requests wait for the answer, and what it
/// says stands until a change is announced. While it cannot say, the configuration's defaults hold.
@Component
class AgreedTerms {

	private static final Logger logger = LoggerFactory.getLogger(AgreedTerms.class);

	private static final int ORGANIZATIONS = 10_000;

	/// For how long a request waits for user-service before the defaults hold.
	private static final Duration PATIENCE = Duration.ofMillis(500);

	/// If an announcement were ever lost without a sign.
	private static final Duration TRUSTED = Duration.ofMinutes(10);

	/// Between two questions while user-service cannot answer.
	private static final Duration PAUSE = Duration.ofSeconds(5);

	private final Accounts accounts;

	private final LimitSettings settings;

	private final Terms defaults;

	private final Clock clock;

	private final AsyncCache<String, Terms> terms;

	AgreedTerms(Accounts accounts, LimitSettings settings, Clock clock) {
		this.accounts = accounts;
		this.settings = settings;
		this.clock = clock;
		this.defaults = Terms.defaults(settings, Long.MAX_VALUE);
		this.terms = Caffeine.newBuilder()
				.maximumSize(ORGANIZATIONS)
				.executor(Runnable::run)
				.<String, Terms>removalListener(AgreedTerms::drop)
				.buildAsync();
	}

	/// Whoever still has them asks anew.
	private static void drop(@Nullable String organization, @Nullable Terms gone, RemovalCause cause) {
		if (gone != null) {
			gone.drop();
		}
	}

	/// What holds for callers without an organization.
	Terms defaults() {
		return this.defaults;
	}

	/// The terms of an organization. Cold; never fails.
	Mono<Terms> require(String organization) {
		return Mono.fromFuture(() -> {
			CompletableFuture<Terms> known = this.terms.getIfPresent(organization);
			if (known != null && known.isDone() && !known.resultNow().isCurrent(this.clock.millis())) {
				this.terms.asMap().remove(organization, known);
			}
			return this.terms.get(organization, (missing, executor) -> request(missing));
		}, true);
	}

	/// Forgets what is known of an organization. An answer under way may have read what was true before, so it is not kept
	/// either.
	void drop(String organization) {
		this.terms.asMap().remove(organization);
	}

	/// Forgets everything.
	void dropAll() {
		this.terms.asMap().clear();
	}

	/// Each question is answered, so the future never holds `null`.
	@SuppressWarnings("NullAway")
	private CompletableFuture<Terms> request(String organization) {
		return this.accounts.requestLimits(organization)
				.map((told) -> Terms.of(told, this.settings, after(TRUSTED)))
				.timeout(PATIENCE)
				.onErrorResume(Exception.class, (failure) -> Mono.fromSupplier(() -> {
					logger.warn("The limits of {} are not known, the defaults hold: {}", organization,
							failure.getMessage());
					return Terms.defaults(this.settings, after(PAUSE));
				}))
				.toFuture();
	}

	private long after(Duration pause) {
		return this.clock.millis() + pause.toMillis();
	}

}
