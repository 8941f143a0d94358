package io.billwright.user.login;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.quota.Quota;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.audit.Client;
import io.billwright.user.secret.Secrets;

/// How often a password may be tried for one account, known or not. The edge limits addresses; only here it is known which
/// account is meant. Every attempt is charged before the password is looked at, so that many at once are no way around it;
/// the right password forgives those before it.
///
/// Nobody can lock somebody else out of where they usually are: an address from which the account was logged in to within
/// the last 30 days has attempts of its own, and all others share theirs.
@Component
class LoginAttempts {

	/// The generic cell rate algorithm: of each window only the time is kept at which the attempts made so far will have
	/// come back. For each the script gets after how many milliseconds one comes back, and how many may be made at once. It
	/// answers how many milliseconds are missing, if any; then nothing was charged. The first key tells whether the address
	/// is known, then come those for unknown ones and those for this one.
	private static final RedisScript<Long> CHARGE = RedisScript.of("""
			local time = redis.call('TIME')
			local now = time[1] * 1000 + math.floor(time[2] / 1000)
			local windows = #ARGV / 2
			local whose = 1 + redis.call('EXISTS', KEYS[1]) * windows
			local wait = 0
			local arrivals = {}
			for i = 1, windows do
				local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
				local arrival = math.max(tonumber(redis.call('GET', KEYS[whose + i])) or now, now)
				wait = math.max(wait, arrival + interval * (1 - burst) - now)
				arrivals[i] = arrival + interval
			end
			if wait == 0 then
				for i = 1, windows do
					redis.call('SET', KEYS[whose + i], string.format('%.0f', arrivals[i]),
						'PX', string.format('%.0f', arrivals[i] - now))
				end
			end
			return wait""", Long.class);

	/// Forgives what was charged there and remembers the address.
	private static final RedisScript<Long> FORGIVE = RedisScript.of("""
			local windows = (#KEYS - 1) / 2
			local whose = 1 + redis.call('EXISTS', KEYS[1]) * windows
			for i = 1, windows do
				redis.call('DEL', KEYS[whose + i])
			end
			redis.call('SET', KEYS[1], '1', 'EX', ARGV[1])
			return windows""", Long.class);

	/// How long an address is known after the last login from it.
	private static final Duration KNOWN = Duration.ofDays(30);

	/// Then this process counts for itself.
	private static final Duration PATIENCE = Duration.ofMillis(500);

	/// Accounts that are counted here while Redis is away.
	private static final int ACCOUNTS = 10_000;

	private final ReactiveStringRedisTemplate redis;

	private final Quota allowed;

	private final Clock clock;

	private final Cache<String, List<Long>> local;

	LoginAttempts(ReactiveStringRedisTemplate redis, LoginSettings settings, Clock clock) {
		this.redis = redis;
		this.allowed = settings.loginAttempts();
		this.clock = clock;
		this.local = Caffeine.newBuilder().maximumSize(ACCOUNTS).executor(Runnable::run).build();
	}

	/// Charges an attempt. Cold; fails with [LoginFailure.TooManyAttempts].
	Mono<Void> charge(EmailAddress account) {
		List<String> arguments = this.allowed.windows()
				.stream()
				.flatMap((window) -> Stream.of(Long.toString(interval(window)), Integer.toString(window.burst())))
				.toList();
		return Client.current()
				.flatMap((client) -> this.redis.execute(CHARGE, keys(account, client), arguments).next())
				.timeout(PATIENCE)
				.onErrorResume(LoginAttempts::isAway, (away) -> Mono.fromSupplier(() -> chargeLocally(account)))
				.filter((wait) -> wait > 0)
				.flatMap((wait) -> Mono.error(() -> new LoginFailure.TooManyAttempts(Duration.ofMillis(wait))));
	}

	/// The password was right. Cold.
	Mono<Void> forgive(EmailAddress account) {
		return Client.current()
				.doOnNext((client) -> this.local.invalidate(account.value()))
				.flatMap((client) -> this.redis
						.execute(FORGIVE, keys(account, client), List.of(Long.toString(KNOWN.toSeconds())))
						.next())
				.timeout(PATIENCE)
				.onErrorResume(LoginAttempts::isAway, (away) -> Mono.empty())
				.then();
	}

	/// What the script does, for this process alone, which knows no address.
	private long chargeLocally(EmailAddress account) {
		long now = this.clock.millis();
		long[] wait = {0};
		this.local.asMap().compute(account.value(), (name, before) -> {
			List<Long> after = new ArrayList<>();
			for (int i = 0; i < this.allowed.windows().size(); i++) {
				Quota.Window window = this.allowed.windows().get(i);
				long arrival = (before != null) ? Math.max(before.get(i), now) : now;
				wait[0] = Math.max(wait[0], arrival + interval(window) * (1 - window.burst()) - now);
				after.add(arrival + interval(window));
			}
			return ((wait[0] > 0) && (before != null)) ? before : after;
		});
		return wait[0];
	}

	/// Neither says who or where: the keys hold hashes, that of the address together with the account.
	private List<String> keys(EmailAddress account, Client client) {
		String prefix = "login-attempts:{" + Secrets.hex(account.value()) + "}:";
		String place = prefix + Secrets.hex(account.value() + ' ' + client.address());
		List<String> lengths = this.allowed.windows().stream().map(Quota.Window::length).toList();
		return Stream.of(Stream.of(place), lengths.stream().map(prefix::concat),
				lengths.stream().map((length) -> place + ':' + length)).flatMap((keys) -> keys).toList();
	}

	/// After how many milliseconds an attempt comes back.
	private static long interval(Quota.Window window) {
		return Math.ceilDiv(window.period().toMillis(), window.most());
	}

	private static boolean isAway(Throwable failure) {
		return failure instanceof DataAccessException || failure instanceof TimeoutException;
	}

}
