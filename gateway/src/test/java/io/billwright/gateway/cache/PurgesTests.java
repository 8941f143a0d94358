package io.billwright.gateway.cache;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import org.junit.jupiter.api.Test;

import io.billwright.gateway.cache.Kept.Stored;

import static org.assertj.core.api.Assertions.assertThat;

class PurgesTests {

	private final AtomicLong now = new AtomicLong(100);

	private final Purges purges = new Purges(3, this.now::get);

	@Test
	void answerWhenItsTagIsPurgedThenCountsOnlyIfItWasAskedForLater() {
		this.now.set(200);
		this.purges.purge("org_a", List.of("x"));
		assertThat(this.purges.isValid(asked("org_a", 150, "x"))).isFalse();
		assertThat(this.purges.isValid(asked("org_a", 200, "x"))).as("at that moment").isFalse();
		assertThat(this.purges.isValid(asked("org_a", 201, "x"))).isTrue();
		assertThat(this.purges.isValid(asked("org_a", 150, "y"))).isTrue();
		assertThat(this.purges.isValid(asked("org_b", 150, "x"))).isTrue();
	}

	@Test
	void purgeWhenOfEverybodyOrEverythingThenIsOfThese() {
		this.now.set(200);
		this.purges.purge(Purges.ALL, List.of("x"));
		this.purges.purge("org_a", List.of(Purges.ALL));
		assertThat(this.purges.isValid(asked("org_b", 150, "x"))).isFalse();
		assertThat(this.purges.isValid(asked("org_b", 150, "y"))).isTrue();
		assertThat(this.purges.isValid(asked("org_a", 150, "y"))).isFalse();
		this.purges.purge(Purges.ALL, List.of(Purges.ALL));
		assertThat(this.purges.isValid(asked("org_b", 150, "y"))).isFalse();
		assertThat(this.purges.isValid(asked("org_b", 201, "y"))).isTrue();
	}

	/// Nobody knows any more what the forgotten one was about.
	@Test
	void purgeWhenForgottenThenNothingFromBeforeItCounts() {
		for (int at = 200; at < 204; at++) {
			this.now.set(at);
			this.purges.purge("org_a", List.of("x" + at));
		}
		assertThat(this.purges.isValid(asked("org_b", 200, "y"))).isFalse();
		assertThat(this.purges.isValid(asked("org_b", 201, "y"))).isTrue();
		assertThat(this.purges.isValid(asked("org_a", 201, "x202"))).isFalse();
	}

	private static Stored asked(String organization, long at, String tag) {
		return new Stored(new Key(organization, "", "/a", ""), 200, EmptyHttpHeaders.INSTANCE, new byte[0], Set.of(tag),
				at, at, 0, 60, Directives.NONE);
	}

}
