package io.billwright.user.apikey;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;
import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@TestPropertySource(properties = "billwright.users.operator.key-sha256="
		+ "b1a79ab27bb02a4a0c75cf3f4ff6bf4d1d4a8a52a5a5cf9bfc2c7c0c0f9d4c11,"
		+ "c2a79ab27bb02a4a0c75cf3f4ff6bf4d1d4a8a52a5a5cf9bfc2c7c0c0f9d4c22")
class OperatorKeyTests extends AccountsSpec {

	@Test
	void operatorKeyWhenAskedForThenBelongsToNoOrganization() {
		for (String hash : List.of("b1a79ab27bb02a4a0c75cf3f4ff6bf4d1d4a8a52a5a5cf9bfc2c7c0c0f9d4c11",
				"c2a79ab27bb02a4a0c75cf3f4ff6bf4d1d4a8a52a5a5cf9bfc2c7c0c0f9d4c22")) {
			Passports.service()
					.on(this.client)
					.post()
					.uri("/internal/credentials/introspect")
					.bodyValue(java.util.Map.of("api_key_sha256", hash))
					.exchange()
					.expectStatus()
					.isOk()
					.expectBody()
					.jsonPath("$.active")
					.isEqualTo(true)
					.jsonPath("$.kind")
					.isEqualTo("operator")
					.jsonPath("$.key_id")
					.isEqualTo("opr_" + hash.substring(0, 16))
					.jsonPath("$.scope")
					.isEqualTo("platform:operate")
					.jsonPath("$.organization_id")
					.doesNotExist();
		}
	}

	@Test
	void settingsWhenTheyHoldAKeyInsteadOfItsHashThenNothingStarts() {
		assertThatIllegalArgumentException()
				.isThrownBy(() -> new OperatorSettings(List.of(ApiKeySecret.next(false, true).text())))
				.withMessageContaining("sha256sum");
		String hash = Secrets.hex(ApiKeySecret.next(false, true).text());
		assertThat(new OperatorSettings(List.of(hash)).knows(hash)).isTrue();
		assertThat(new OperatorSettings(List.of()).knows(hash)).isFalse();
	}

}
