package io.billwright.user.session;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.UserId;
import io.billwright.user.audit.Client;
import io.billwright.user.secret.Secrets;
import io.billwright.user.system.AfterCommit;

/// The sessions, in Redis, where the gateway looks them up and prolongs them. They may be lost: then people log in
/// again. While Redis is down every method fails with [SessionFailure.StoreDown].
@Component
public class Sessions {

	/// Field by field in one step, so that no session is ever left without an end.
	private static final RedisScript<Long> CREATE = RedisScript.of("""
			redis.call('HSET', KEYS[1], unpack(ARGV, 2))
			return redis.call('EXPIRE', KEYS[1], ARGV[1])""", Long.class);

	private final ReactiveStringRedisTemplate redis;

	private final Revocations revocations;

	private final SessionSettings settings;

	private final Clock clock;

	Sessions(ReactiveStringRedisTemplate redis, Revocations revocations, SessionSettings settings, Clock clock) {
		this.redis = redis;
		this.revocations = revocations;
		this.settings = settings;
		this.clock = clock;
	}

	/// Begins a session, and ends the user's oldest where there are too many. Emits it with its secret.
	public Mono<Begun> begin(Grant grant, Client client) {
		String secret = Secrets.next();
		Instant now = this.clock.instant();
		Session session = new Session(Secrets.hex(secret), grant.organization(), Secrets.next(), now, now,
				now.plus(this.settings.absolute()), client.address(), client.userAgent());
		return this.redis.opsForZSet()
				.add(index(grant.user()), session.id(), (double) session.expiresAt().getEpochSecond())
				.then(this.redis.expire(index(grant.user()), this.settings.absolute()))
				.then(this.redis.execute(CREATE, List.of(key(session.id())), arguments(session, grant)).then())
				.then(endSurplus(grant.user()))
				.thenReturn(new Begun(session, secret))
				.onErrorMap(DataAccessException.class, (down) -> new SessionFailure.StoreDown());
	}

	/// The user's living sessions, the newest first.
	public Flux<Session> of(UserId user) {
		return this.redis.opsForZSet()
				.reverseRange(index(user), Range.unbounded())
				.concatMap(this::find)
				.onErrorMap(DataAccessException.class, (down) -> new SessionFailure.StoreDown());
	}

	/// Ends one of the user's sessions; emits `false` where the user has no such session.
	public Mono<Boolean> end(UserId user, String id) {
		return this.redis.opsForZSet()
				.remove(index(user), id)
				.flatMap((count) -> (count > 0) ? delete(id).thenReturn(true) : Mono.just(false))
				.onErrorMap(DataAccessException.class, (down) -> new SessionFailure.StoreDown());
	}

	/// Ends a session, whosever it is; without an effect where there is none.
	public Mono<Void> end(String id) {
		return this.redis.<String, String>opsForHash()
				.get(key(id), "user_id")
				.flatMap((user) -> end(UserId.parse(user), id))
				.onErrorMap(DataAccessException.class, (down) -> new SessionFailure.StoreDown())
				.then();
	}

	/// Ends those of the user's sessions that are meant, in the transaction of the change that demands it: at once, so
	/// that the change fails while they cannot be ended, and again after the commit, for a login that was faster.
	public Mono<Void> endAll(UserId user, Predicate<Session> meant) {
		Mono<Void> end = of(user).filter(meant).concatMap((session) -> end(user, session.id())).then();
		return end.then(AfterCommit.run(end));
	}

	private Mono<Session> find(String id) {
		return this.redis.<String, String>opsForHash()
				.entries(key(id))
				.collectMap(Map.Entry::getKey, Map.Entry::getValue)
				.filter((fields) -> fields.containsKey("organization_id"))
				.map((fields) -> toSession(id, fields))
				.filter((session) -> session.expiresAt().isAfter(this.clock.instant()));
	}

	private Mono<Void> endSurplus(UserId user) {
		return this.redis.opsForZSet()
				.removeRangeByScore(index(user),
						Range.rightOpen(0.0, (double) this.clock.instant().getEpochSecond()))
				.thenMany(this.redis.opsForZSet().reverseRange(index(user), Range.unbounded()))
				.skip(this.settings.perUser())
				.concatMap((id) -> end(user, id))
				.then();
	}

	private Mono<Void> delete(String id) {
		return this.redis.delete(key(id)).then(this.revocations.announce(id));
	}

	private List<String> arguments(Session session, Grant grant) {
		Map<String, String> fields = Map.of("organization_id", grant.organization().text(), "user_id",
				grant.user().text(), "role", grant.role(), "scope", grant.scope(), "csrf", session.csrfToken(),
				"created_at", epochSecond(session.createdAt()), "last_seen_at", epochSecond(session.lastSeenAt()),
				"expires_at", epochSecond(session.expiresAt()), "ip", orEmpty(session.address()), "user_agent",
				orEmpty(session.userAgent()));
		List<String> arguments = new ArrayList<>();
		arguments.add(String.valueOf(this.settings.idle().toSeconds()));
		fields.forEach((name, value) -> {
			arguments.add(name);
			arguments.add(value);
		});
		return arguments;
	}

	private static Session toSession(String id, Map<String, String> fields) {
		return new Session(id, OrganizationId.parse(fields.getOrDefault("organization_id", "")),
				fields.getOrDefault("csrf", ""), instant(fields, "created_at"), instant(fields, "last_seen_at"),
				instant(fields, "expires_at"), fields.get("ip"), fields.get("user_agent"));
	}

	private static Instant instant(Map<String, String> fields, String name) {
		return Instant.ofEpochSecond(Long.parseLong(fields.getOrDefault(name, "0")));
	}

	private static String epochSecond(Instant instant) {
		return String.valueOf(instant.getEpochSecond());
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	private static String key(String id) {
		return "session:{" + id + "}";
	}

	private static String index(UserId user) {
		return "sessions-of:{" + user.text() + "}";
	}

	/// A session that has just begun.
	///
	/// @param secret the cookie's value, known from now on to the client only
	public record Begun(Session session, String secret) {}

}
