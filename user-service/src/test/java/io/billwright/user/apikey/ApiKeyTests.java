package io.billwright.user.apikey;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ApiKeyTests {

	private static final Instant NOW = Instant.parse("2026-11-20T08:30:00Z");

	@Test
	void secretWhenMadeThenHasTheModeAndAChecksumOfTheRest() {
		String text = ApiKeySecret.next(true).text();
		assertThat(text).matches("bw_live_[0-9A-Za-z]{49}");
		assertThat(text.substring(51)).isEqualTo(ApiKeySecret.checksum(text.substring(0, 51)));
		assertThat(ApiKeySecret.next(false).text()).startsWith("bw_test_");
	}

	@Test
	void checksumWhenTheCrcIsKnownThenIsItsBase62Form() {
		// CRC-32 of "123456789" is cbf43926, the check value of the algorithm: 3421780262 in base 62.
		assertThat(ApiKeySecret.checksum("123456789")).isEqualTo("3jZRME");
	}

	@Test
	void secretWhenPrintedThenShowsItsBeginningOnly() {
		ApiKeySecret secret = ApiKeySecret.next(true);
		assertThat(secret.toString()).hasSize(15).doesNotContain(secret.text().substring(13));
		assertThat(secret.hash()).isEqualTo(Secrets.hash(secret.text()));
	}

	@Test
	void keyWhenRotatedThenIsGoodForTheOverlapAndItsSuccessorHasTheSameRights() {
		ApiKey key = key(null);
		ApiKey retired = key.retire(Duration.ofHours(1), NOW);
		ApiKey successor = key.successor(ApiKeySecret.next(true), "usr_b", NOW);
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
	void keyWhenRevokedOrExpiredThenCannotBeRotated() {
		assertThatExceptionOfType(ApiKeyFailure.NotActive.class)
				.isThrownBy(() -> key(null).revoke(NOW).retire(Duration.ZERO, NOW));
		assertThatExceptionOfType(ApiKeyFailure.NotActive.class)
				.isThrownBy(() -> key(NOW).successor(ApiKeySecret.next(true), "usr_a", NOW));
		assertThat(key(null).revoke(NOW).status(NOW)).isEqualTo("revoked");
		assertThat(key(NOW).status(NOW)).isEqualTo("expired");
		assertThat(key(null).status(NOW)).isEqualTo("active");
	}

	private static ApiKey key(Instant expiresAt) {
		return ApiKey.create("ci", ApiKeySecret.next(true), true, List.of("invoices:read"), "usr_a", expiresAt, NOW);
	}

}
