package io.billwright.user.session;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.test.StepVerifier;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.account.UserId;
import io.billwright.user.audit.Client;

import static org.assertj.core.api.Assertions.assertThat;

class SessionsTests extends AccountsSpec {

	private static final SessionSettings SETTINGS = new SessionSettings(Duration.ofHours(24), Duration.ofDays(30), 2);

	private final TestClock clock = new TestClock();

	private final Grant grant = new Grant(new OrganizationId(Ids.next()), UserId.next(), "owner", "invoices:read");

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Test
	void sessionWhenNotUsedThenRedisForgetsItAfterADay() {
		String id = begin().id();
		assertThat(this.redis.getExpire("session:{" + id + "}").block(PATIENCE)).isBetween(Duration.ofHours(23),
				Duration.ofHours(24));
	}

	/// The gateway prolongs a session that is used; here it still lives, as its 24 hours are those of Redis.
	@Test
	void sessionWhenItsAbsoluteEndIsReachedThenIsOverHoweverMuchItIsUsed() {
		Session session = begin();
		assertThat(session.expiresAt()).isEqualTo(this.clock.instant().plus(Duration.ofDays(30)));
		this.clock.advance(Duration.ofDays(30).minusSeconds(1));
		assertThat(living()).containsExactly(session.id());
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(living()).isEmpty();
	}

	@Test
	void sessionsWhenMoreThanAUserMayHaveThenTheOldestEnds() {
		begin();
		this.clock.advance(Duration.ofSeconds(1));
		String second = begin().id();
		this.clock.advance(Duration.ofSeconds(1));
		String third = begin().id();
		assertThat(living()).containsExactly(third, second);
	}

	@Test
	void sessionWhenRedisIsDownThenIsNeitherBegunNorSaidNotToExist() {
		LettuceConnectionFactory nowhere = new LettuceConnectionFactory("127.0.0.1", 1);
		nowhere.start();
		Sessions sessions = sessions(new ReactiveStringRedisTemplate(nowhere));
		StepVerifier.create(sessions.begin(this.grant, new Client(null, null, null)))
				.expectError(SessionFailure.StoreDown.class)
				.verify(PATIENCE);
		StepVerifier.create(sessions.of(this.grant.user())).expectError(SessionFailure.StoreDown.class)
				.verify(PATIENCE);
		nowhere.destroy();
	}

	private Session begin() {
		return sessions(this.redis).begin(this.grant, new Client("192.0.2.7", "curl/8", null))
				.map(Sessions.Begun::session)
				.blockOptional(PATIENCE)
				.orElseThrow();
	}

	private List<String> living() {
		return sessions(this.redis).of(this.grant.user()).map(Session::id).collectList().block(PATIENCE);
	}

	private Sessions sessions(ReactiveStringRedisTemplate store) {
		return new Sessions(store, new Revocations(store), SETTINGS, this.clock);
	}

}
