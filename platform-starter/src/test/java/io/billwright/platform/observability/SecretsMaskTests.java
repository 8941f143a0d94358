package io.billwright.platform.observability;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.json.JsonWriter;

import static org.assertj.core.api.Assertions.assertThat;

class SecretsMaskTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			key bw_live_4fGh7Jk2MnPq refused               | key bw_live_*** refused
			bw_test_4fGh7Jk2MnPq                           | bw_test_***
			got eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln! | got ***!
			Authorization: Bearer abcdef123456             | Authorization: Bearer ***
			Authorization=Basic dXNlcjpwYXNz               | Authorization=Basic ***
			password=hunter2hunter2                        | password=***
			{"password":"hunter2","mode":"session"}        | {"password":"***","mode":"session"}
			refresh_token: abc.def                         | refresh_token: ***
			client_secret = s3cr3t                         | client_secret = ***
			X-CSRF-Token: 12345                            | X-CSRF-Token: ***
			Cookie: a=b; c=d                               | Cookie: ***
			set-cookie: __Host-billwright_session=xyz; Secure | set-cookie: ***
			HTTP GET "/search?q=Ada&limit=2" [Handler]     | HTTP GET "/search?***" [Handler]
			GET http://search:8084/search?filter[q]=Ada%20 | GET http://search:8084/search?***
			to ada.lovelace+bills@mail.example.co.uk now   | to ***@*** now
			""")
	void textWhenItHoldsASecretThenMasked(String text, String masked) {
		assertThat(SecretsMask.mask(text)).isEqualTo(masked);
	}

	@ParameterizedTest
	@ValueSource(strings = {"Started invoice-service in 2.7 seconds", "inv_01jd8x3k9qf7zr5m2c4t6v8w0y was finalized",
		"GET /api/v1/invoices failed: internal_error", "why? because a=b",
		"org.postgresql.util.PSQLException: no password",
		"at io.billwright.Foo.bar(Foo.java:12)", "trace 0af7651916cd43dd8448eb211c80319c"})
	void textWhenHarmlessThenUnchanged(String text) {
		assertThat(SecretsMask.mask(text)).isEqualTo(text);
	}

	@Test
	void textWhenLongAndHostileThenMaskedInTime() {
		String hostile = "a@".repeat(50_000) + "password" + " ".repeat(50_000) + "-".repeat(50_000);
		org.junit.jupiter.api.Assertions.assertTimeout(java.time.Duration.ofSeconds(5),
				() -> SecretsMask.mask(hostile));
	}

	@Test
	void fieldWhenNamedLikeASecretThenMaskedWhateverItHolds() {
		JsonWriter<Map<String, Object>> writer = JsonWriter.of((members) -> {
			members.addMapEntries((entries) -> entries);
			new SecretsMask<Map<String, Object>>().customize(members);
		});
		assertThat(writer.writeToString(Map.of("Password", "short"))).isEqualTo("{\"Password\":\"***\"}");
		assertThat(writer.writeToString(Map.of("status", 200))).isEqualTo("{\"status\":200}");
	}

}
