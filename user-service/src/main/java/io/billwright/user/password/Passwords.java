package io.billwright.user.password;

import java.text.Normalizer;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Hashes passwords with Argon2id. A hash costs 19 MiB and some 50 ms of a core, so it runs on threads of its own behind
/// a bulkhead, never on an event loop; what does not fit fails at once with [PasswordFailure.Busy].
@Component
public class Passwords implements DisposableBean {

	private static final int SALT_BYTES = 16;

	private static final int HASH_BYTES = 32;

	/// Characters beyond which nothing is counted.
	private static final int TYPED_MAX = 1024;

	private final Argon2PasswordEncoder encoder;

	private final CommonPasswords common;

	private final Scheduler scheduler;

	private final Bulkhead bulkhead;

	private final Timer hashing;

	private final Timer matching;

	/// Stands in for the hash of a user who does not exist, so that the answer takes the same time.
	private final String nobodysHash;

	Passwords(PasswordSettings settings, MeterRegistry meters) {
		this.encoder = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, 1, (int) settings.memory().toKilobytes(),
				settings.iterations());
		this.common = new CommonPasswords(settings.minimumEntropy());
		int admitted = settings.threads() + settings.waiting();
		this.scheduler = Schedulers.newBoundedElastic(settings.threads(), admitted, "passwords");
		this.bulkhead = Bulkhead.of("passwords",
				BulkheadConfig.custom().maxConcurrentCalls(admitted).maxWaitDuration(Duration.ZERO).build());
		this.hashing = timer("hash", meters);
		this.matching = timer("match", meters);
		this.nobodysHash = this.encoder.encode("nobody's password");
	}

	/// The hash of a new password, which [PasswordLength] has let pass. Fails with [Invalid] naming `field` where the
	/// password is among those that are guessed first.
	///
	/// @param personal what an attacker knows about its owner, such as the e-mail address and the name
	public Mono<String> hash(String field, String password, Collection<String> personal) {
		return run(() -> {
			String normalized = normalize(password);
			this.common.check(field, normalized, personal);
			return this.encoder.encode(normalized);
		}, this.hashing);
	}

	/// Whether the password belongs to the hash. Without a hash the answer is `false` after the same time.
	public Mono<Boolean> matches(String password, @Nullable String hash) {
		return run(() -> this.encoder.matches(normalize(password), (hash != null) ? hash : this.nobodysHash)
				&& (hash != null), this.matching);
	}

	static boolean isLongEnough(String password) {
		if (password.length() > TYPED_MAX) {
			return false;
		}
		String normalized = normalize(password);
		int length = normalized.codePointCount(0, normalized.length());
		return (length >= PasswordSettings.LENGTH_MIN) && (length <= PasswordSettings.LENGTH_MAX);
	}

	private static Timer timer(String work, MeterRegistry meters) {
		return Timer.builder("billwright.passwords")
				.description("Passwords hashed or matched, and how long one kept its thread")
				.tag("work", work)
				.register(meters);
	}

	private <T> Mono<T> run(Supplier<T> work, Timer timer) {
		return Mono.fromSupplier(timer.wrap(work))
				.subscribeOn(this.scheduler)
				.transformDeferred(BulkheadOperator.of(this.bulkhead))
				.onErrorMap(BulkheadFullException.class, (full) -> new PasswordFailure.Busy());
	}

	/// The same characters typed on different keyboards give the same password (NIST SP 800-63B, 3.1.1.2).
	private static String normalize(String password) {
		return Normalizer.normalize(password, Normalizer.Form.NFKC);
	}

	@Override
	public void destroy() {
		this.scheduler.dispose();
	}

}
