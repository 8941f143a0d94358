package io.billwright.gateway.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Principal;
import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeScript;
import io.billwright.gateway.redis.RedisAway;
import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.identity.CallerKind;

/// Sessions, which user-service writes to Redis at login. Without Redis nobody can say whose a session is, so the answer
/// is a 503: neither "logged in as nobody" nor "allowed".
@Component
class Sessions {

	private static final EdgeScript LOOK_UP = EdgeScript.named("session.lua");

	private final EdgeRedis redis;

	private final CredentialSettings settings;

	private final Clock clock;

	Sessions(EdgeRedis redis, CredentialSettings settings, Clock clock) {
		this.redis = redis;
		this.settings = settings;
		this.clock = clock;
	}

	Mono<Verdict> check(Credential.Session credential) {
		List<String> arguments = List.of(Long.toString(this.clock.instant().getEpochSecond()),
				Long.toString(this.settings.sessionIdle().toSeconds()),
				Long.toString(this.settings.sessionTouch().toSeconds()));
		return this.redis.readSession(LOOK_UP, List.of("session:{" + credential.hash() + "}"), arguments)
				.map((fields) -> toVerdict(credential, toMap(fields)))
				.defaultIfEmpty(Verdict.REFUSED)
				.onErrorMap(RedisAway.class, (away) -> new Unavailable("sessions_unavailable",
						"Sessions cannot be read at the moment. You are still logged in; try again.",
						Duration.ofSeconds(1)));
	}

	private Verdict toVerdict(Credential.Session credential, Map<String, String> session) {
		String user = session.get("user_id");
		String csrf = session.get("csrf");
		if (user == null || csrf == null) {
			return Verdict.REFUSED;
		}
		Principal principal = new Principal(CallerKind.USER, user, session.get("organization_id"), null,
				session.getOrDefault("scope", ""), session.get("role"), credential.hash());
		return Verdict.inSession(principal, csrf,
				Instant.ofEpochSecond(Long.parseLong(session.getOrDefault("expires_at", "0"))));
	}

	/// Redis answers a hash as names and values in turn.
	private static Map<String, String> toMap(List<?> fields) {
		Map<String, String> map = new HashMap<>();
		for (int i = 0; i + 1 < fields.size(); i += 2) {
			map.put(String.valueOf(fields.get(i)), String.valueOf(fields.get(i + 1)));
		}
		return map;
	}

}
