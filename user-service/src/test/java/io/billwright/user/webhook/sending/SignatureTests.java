package io.billwright.user.webhook.sending;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SignatureTests {

	/// From the tests of the libraries of standardwebhooks.com.
	@Test
	void signatureWhenMadeThenIsThatOfTheStandardsOwnExample() {
		WebhookSecret secret = new WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
		String signature = Signature.of("msg_p5jXN8AQM9LWM0D4loKWxJek", Instant.ofEpochSecond(1_614_265_330),
				"{\"test\": 2432232314}", List.of(secret));
		assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	}

	@Test
	void secretWhenMadeThenHas256BitsAndIsNotLogged() {
		WebhookSecret secret = WebhookSecret.next();
		assertThat(secret.text()).matches("whsec_[0-9A-Za-z+/]{43}=");
		assertThat(secret.key()).hasSize(32);
		assertThat(secret.toString()).doesNotContain(secret.text());
		assertThat(WebhookSecret.next()).isNotEqualTo(secret);
	}

}
