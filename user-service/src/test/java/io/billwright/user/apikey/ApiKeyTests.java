package io.billwright.user.apikey;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.user.member.Permission;
import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

class ApiKeyTests {

	private static final Instant NOW = Instant.parse("2026-11-20T08:30:00Z");

	@Test
	void secretWhenMadeThenHasTheModeAndAChecksumOfTheRest() {
		String text = ApiKeySecret.next(false, true).text();
		assertThat(text).matches("bw_live_[0-9A-Za-z]{49}");
		assertThat(text.substring(51)).isEqualTo(ApiKeySecret.checksum(text.substring(0, 51)));
		assertThat(ApiKeySecret.next(false, false).text()).startsWith("bw_test_");
		assertThat(ApiKeySecret.next(true, true).text()).matches("bw_pub_live_[0-9A-Za-z]{49}");
		assertThat(ApiKeySecret.next(true, false).shown()).matches("bw_pub_test_[0-9A-Za-z]{4}");
	}

	@Test
	void checksumWhenTheCrcIsKnownThenIsItsBase62Form() {
		// CRC-32 of "123456789" is cbf43926, the check value of the algorithm: 3421780262 in base 62.
		assertThat(ApiKeySecret.checksum("123456789")).isEqualTo("3jZRME");
	}

	@Test
	void secretWhenPrintedThenShowsItsBeginningOnly() {
		ApiKeySecret secret = ApiKeySecret.next(false, true);
		assertThat(secret.toString()).hasSize(15).doesNotContain(secret.text().substring(13));
		assertThat(secret.hash()).isEqualTo(Secrets.hash(secret.text()));
	}

	@Test
	void keyWhenRotatedThenIsGoodForTheOverlapAndItsSuccessorHasTheSameRights() {
		ApiKey key = key(null);
		ApiKey retired = key.retire(Duration.ofHours(1), NOW);
		ApiKey successor = key.successor(ApiKeySecret.next(false, true), "usr_b", NOW);
		assertThat(retired.active(NOW.plusSeconds(3599))).isTrue();
		assertThat(retired.active(NOW.plusSeconds(3600))).isFalse();
		assertThat(successor.scopes()).isEqualTo(key.scopes());
		assertThat(successor.rotatedFrom()).isEqualTo(key.id());
		assertThat(successor.createdBy()).isEqualTo("usr_b");
	}

	@Test
	void keyWhenItExpiresWithinTheOverlapThenRotationDoesNotProlongIt() {
		assertThat(key(NOW.plusSeconds(60)).retire(Duration.ofHours(1), NOW).expiresAt())
				.isEqualTo(NOW.plusSeconds(60));
	}

	@Test
	void publishableKeyWhenRotatedThenItsSuccessorIsOneForTheSameOrigins() {
		ApiKey key = ApiKey.create(new ApiKeyOrder("shop", true, true, List.of("catalog:read"),
				List.of("https://shop.example.com"), null), ApiKeySecret.next(true, true), "usr_a", NOW);
		ApiKeySecret secret = ApiKeySecret.next(true, true);
		assertThat(key.successor(secret, "usr_a", NOW).publication())
				.isEqualTo(new ApiKey.Publication(secret.text(), List.of("https://shop.example.com")));
	}

	/// Each permission there is, so that a new one is a decision.
	@Test
	void publishableKeyWhenItIsToDoMoreThanReadTheCatalogThenEachSuchScopeIsNamed() {
		List<String> all = Stream.of(Permission.values()).map(Permission::scope).toList();
		assertThatExceptionOfType(Invalid.class)
				.isThrownBy(() -> new ApiKeyOrder("shop", true, true, all, List.of(), null).requireFit())
				.satisfies((invalid) -> assertThat(invalid.fields())
						.extracting(FieldError::field, FieldError::code)
						.containsExactlyElementsOf(IntStream.range(0, all.size())
								.filter((index) -> !all.get(index).equals("catalog:read"))
								.mapToObj((index) -> tuple("scopes[" + index + "]", "not_publishable"))
								.toList()));
	}

	@Test
	void keyWhenRevokedOrExpiredThenCannotBeRotated() {
		assertThatExceptionOfType(ApiKeyFailure.NotActive.class)
				.isThrownBy(() -> key(null).revoke(NOW).retire(Duration.ZERO, NOW));
		assertThatExceptionOfType(ApiKeyFailure.NotActive.class)
				.isThrownBy(() -> key(NOW).successor(ApiKeySecret.next(false, true), "usr_a", NOW));
		assertThat(key(null).revoke(NOW).status(NOW)).isEqualTo("revoked");
		assertThat(key(NOW).status(NOW)).isEqualTo("expired");
		assertThat(key(null).status(NOW)).isEqualTo("active");
	}

	private static ApiKey key(Instant expiresAt) {
		return ApiKey.create(
				new ApiKeyOrder("ci", false, true, List.of("invoices:read"), List.of(), expiresAt),
				ApiKeySecret.next(false, true), "usr_a", NOW);
	}

}
