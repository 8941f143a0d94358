package io.billwright.user.password;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Invalid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PasswordsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Passwords passwords = new Passwords(settings(2, 64), new SimpleMeterRegistry());

	@AfterEach
	void close() {
		this.passwords.destroy();
	}

	@Test
	void passwordWhenHashedThenMatchesItselfAloneAndCostsWhatIsDemanded() {
		String hash = this.passwords.hash("password", "violet anchor tunes 9 mosaics", List.of()).block(PATIENCE);
		assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
		matches("violet anchor tunes 9 mosaics", hash, true);
		matches("violet anchor tunes 9 mosaicS", hash, false);
		matches("violet anchor tunes 9 mosaics", null, false);
	}

	@Test
	void passwordWhenTypedOnAnotherKeyboardThenIsTheSame() {
		String hash = this.passwords.hash("password", "vergn\u00fcgter Eiszapfen 33", List.of()).block(PATIENCE);
		matches("vergnu\u0308gter Eiszapfen 33", hash, true);
	}

	@ParameterizedTest
	@ValueSource(strings = {"password1234", "aaaaaaaaaaaa", "qwertyuiopas", "123456789012", "Password2024!",
		"olga.owner@example.com", "iloveyou1234", "abcdefghijkl"})
	void passwordWhenAmongTheFirstToBeGuessedThenIsRefused(String password) {
		refused(password, "password_common");
	}

	@ParameterizedTest
	@ValueSource(strings = {"elevenchars", "", "a\u0301e\u0301i\u0301o\u0301u\u0301y\u0301"})
	void passwordWhenTooShortThenIsRefused(String password) {
		assertThat(Passwords.isLongEnough(password)).isFalse();
	}

	@Test
	void passwordWhenTooLongThenIsRefused() {
		assertThat(Passwords.isLongEnough("x".repeat(128))).isTrue();
		assertThat(Passwords.isLongEnough("x".repeat(129))).isFalse();
		assertThat(Passwords.isLongEnough("x".repeat(1_000_000))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = {"violet anchor tunes 9 mosaics", "kxqzvbnwjhgt", "bergamotte-spule-tonleiter"})
	void passwordWhenHardToGuessThenNeedsNoParticularCharacters(String password) {
		this.passwords.hash("password", password, List.of("olga.owner@example.com"))
				.as(StepVerifier::create)
				.expectNextCount(1)
				.expectComplete()
				.verify(PATIENCE);
	}

	@Test
	void hashesWhenMoreThanFitThenTheSurplusIsToldToComeBack() {
		Passwords narrow = new Passwords(settings(1, 1), new SimpleMeterRegistry());
		List<String> outcomes = Flux.fromStream(IntStream.range(0, 6).boxed())
				.flatMap((index) -> narrow.matches("whatever it may be", null)
						.map(String::valueOf)
						.onErrorResume(Failure.class, (failure) -> Mono.just(failure.code())))
				.collectList()
				.block(PATIENCE);
		assertThat(outcomes).contains("false", "logins_busy").hasSize(6);
		narrow.destroy();
	}

	@Test
	void passwordWhenHashedOrMatchedThenOnAThreadOfItsOwn() {
		assertThat(thread(this.passwords.hash("password", "violet anchor tunes 9 mosaics", List.of())))
				.startsWith("passwords-");
		assertThat(thread(this.passwords.matches("whatever it may be", null))).startsWith("passwords-");
	}

	@Test
	void settingsWhenWeakerThanTheLowerBoundThenStopTheStart() {
		assertThatIllegalArgumentException()
				.isThrownBy(() -> new PasswordSettings(DataSize.ofMegabytes(18), 2, 1, 0, 30))
				.withMessageContaining("at least 19MB");
	}

	private static String thread(Mono<?> work) {
		return work.map((result) -> Thread.currentThread().getName()).block(PATIENCE);
	}

	private void matches(String password, String hash, boolean expected) {
		this.passwords.matches(password, hash)
				.as(StepVerifier::create)
				.expectNext(expected)
				.expectComplete()
				.verify(PATIENCE);
	}

	private void refused(String password, String code) {
		this.passwords.hash("password", password, List.of("olga.owner@example.com", "Olga Owner"))
				.as(StepVerifier::create)
				.expectErrorSatisfies((error) -> assertThat(((Invalid) error).fields()).singleElement()
						.satisfies((field) -> assertThat(field.code()).isEqualTo(code)))
				.verify(PATIENCE);
	}

	private static PasswordSettings settings(int threads, int waiting) {
		return new PasswordSettings(DataSize.ofMegabytes(19), 2, threads, waiting, 30);
	}

}
