package io.billwright.system;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.billwright.local.demo.Demo;

import static org.assertj.core.api.Assertions.assertThat;

/// `./billwright demo`, with a smaller business.
class DemoTests {

	@Test
	void demoWhenRunTwiceThenTheBusinessIsThereOnce() {
		run();
		run();

		Api api = new Organization("demo@billwright.example", "tidy otters juggle quietly").byToken();
		assertThat(api.get("/api/v1/customers?include=total").expect(200).json().at("/total").asInt()).isEqualTo(20);
		assertThat(api.get("/api/v1/invoices?include=total").expect(200).json().at("/total").asInt()).isEqualTo(120);
		for (String status : List.of("draft", "open", "overdue", "partially_paid", "paid", "void", "uncollectible")) {
			assertThat(api.get("/api/v1/invoices?status=" + status).expect(200).json().path("data")).as(status)
					.isNotEmpty();
		}
		assertThat(api.get("/api/v1/ledger/reconciliation").expect(200).json().at("/reconciled").asBoolean()).isTrue();
	}

	private static void run() {
		Demo.main(new String[]{"--url=" + Platform.stack().url(), "--certificate=" + Platform.stack().certificate(),
			"--customers=20", "--invoices=120"});
	}

}
