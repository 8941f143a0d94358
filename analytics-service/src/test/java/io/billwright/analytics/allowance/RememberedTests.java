package io.billwright.analytics.allowance;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.r2dbc.spi.ConnectionFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.billwright.analytics.shard.ChangeMark;

import static org.assertj.core.api.Assertions.assertThat;

/// Over a link that hears nothing, so that a value may be as old as the staleness and no older.
class RememberedTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final ChangeMark MARK = ChangeMark.of(UUID.randomUUID());

	private final ChangeBoard board = new ChangeBoard();

	private final ChangeLink link = new ChangeLink("nothing",
			ConnectionFactories.get("r2dbc:postgresql://nobody:nothing@nowhere/none"),
			this.board, Optional::empty, Duration.ofSeconds(1));

	private final AtomicInteger reads = new AtomicInteger();

	@Test
	void valueWhenRememberedThenIsNotReadAgain() {
		Remembered<String, Integer> remembered = remembered(LONG);
		assertThat(get(remembered, "a")).isEqualTo(1);
		assertThat(get(remembered, "a")).isEqualTo(1);
		assertThat(get(remembered, "b")).isEqualTo(2);
	}

	@Test
	void valueWhenChangedThenIsAnsweredOnceMoreWhileItIsRead() {
		Remembered<String, Integer> remembered = remembered(LONG);
		get(remembered, "a");
		this.board.change(MARK, 0);
		assertThat(get(remembered, "a")).isEqualTo(1);
		assertThat(get(remembered, "a")).isEqualTo(2);
		assertThat(this.reads).hasValue(2);
	}

	/// What is two changes behind may be older than anybody has promised.
	@Test
	void valueWhenChangedTwiceThenIsRead() {
		Remembered<String, Integer> remembered = remembered(LONG);
		get(remembered, "a");
		this.board.change(MARK, 0);
		this.board.change(MARK, 0);
		assertThat(get(remembered, "a")).isEqualTo(2);
	}

	@Test
	void valueWhenOlderThanTheStalenessAndUnprovenThenIsRead() {
		Remembered<String, Integer> remembered = remembered(Duration.ofMillis(10));
		get(remembered, "a");
		Mono.delay(Duration.ofMillis(30)).block(LIMIT);
		assertThat(get(remembered, "a")).isEqualTo(2);
		this.board.change(MARK, 0);
		Mono.delay(Duration.ofMillis(30)).block(LIMIT);
		assertThat(get(remembered, "a")).isEqualTo(3);
	}

	@Test
	void valueWhenManyAskThenIsReadOnceAndWhenItFailsThenAgain() {
		Remembered<String, Integer> remembered = remembered(LONG);
		Sinks.One<Integer> answer = Sinks.one();
		Mono<Integer> slow = Mono.defer(() -> {
			this.reads.incrementAndGet();
			return answer.asMono();
		});
		CompletableFuture<@Nullable Integer> both = Mono
				.zip(remembered.get("a", MARK, this.link, slow), remembered.get("a", MARK, this.link, slow),
						(one, other) -> one.value() + other.value())
				.onErrorReturn(-1)
				.toFuture();
		answer.tryEmitError(new IllegalStateException("down"));
		assertThat(both).succeedsWithin(LIMIT).isEqualTo(-1);
		assertThat(this.reads).hasValue(1);
		assertThat(get(remembered, "a")).isEqualTo(2);
	}

	private Remembered<String, Integer> remembered(Duration staleness) {
		return new Remembered<>(this.board, new AllowanceSettings(10, 1_000, staleness), (value) -> true);
	}

	private int get(Remembered<String, Integer> remembered, String key) {
		return Objects.requireNonNull(remembered
				.get(key, MARK, this.link, Mono.fromSupplier(this.reads::incrementAndGet))
				.block(LIMIT)).value();
	}

}
