package io.billwright.invoice.issuing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.web.reactive.server.WebTestClient;

import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// What the database itself refuses, whatever the application does.
@PlatformTest
class BillingConstraintTests {

	@Autowired
	private Environment environment;

	private BillingClient billing;

	@BeforeEach
	void anIssuedAndPartlyPaidInvoice(@Autowired WebTestClient client) {
		this.billing = BillingClient.ofNewOrganization(client);
		this.billing.pay(this.billing.open(this.billing.customer("Acme", "EUR"), "100.00"), "1.00", 201);
	}

	@ParameterizedTest
	@ValueSource(strings = {"UPDATE invoice SET total = total + 1, subtotal = subtotal + 1",
		"UPDATE invoice SET number = 'INV-000009'", "UPDATE invoice SET issue_date = issue_date - 1",
		"UPDATE invoice SET customer = '{}'", "UPDATE invoice SET memo = 'x'", "DELETE FROM invoice",
		"UPDATE invoice_line SET amount = 1", "DELETE FROM invoice_line",
		"INSERT INTO invoice_line (invoice_id, position, id, kind, description, quantity, unit_amount, amount) "
				+ "SELECT id, 9, gen_random_uuid(), 'one_off', 'x', 1, 1, 1 FROM invoice"})
	void issuedInvoiceWhenChangedByTheOwnerOfTheTablesThenRefused(String sql) {
		assertThatThrownBy(() -> asOwner(sql)).isInstanceOf(SQLException.class)
				.hasMessageContaining("cannot be changed");
	}

	@ParameterizedTest
	@ValueSource(strings = {"UPDATE ledger_entry SET source = 'x'", "DELETE FROM ledger_posting",
		"TRUNCATE ledger_posting",
		"UPDATE ledger_posting SET amount = 1", "UPDATE payment SET amount = 2", "DELETE FROM payment"})
	void journalWhenChangedByTheOwnerOfTheTablesThenRefused(String sql) {
		assertThatThrownBy(() -> asOwner(sql)).isInstanceOf(SQLException.class).hasMessageContaining("append-only");
	}

	@ParameterizedTest
	@ValueSource(strings = {"UPDATE ledger_entry SET source = 'x'", "DELETE FROM ledger_posting",
		"TRUNCATE ledger_posting",
		"DELETE FROM payment"})
	void journalWhenChangedByTheApplicationThenNotPermitted(String sql) {
		assertThatThrownBy(() -> asApplication(sql)).isInstanceOf(SQLException.class)
				.hasMessageContaining("permission denied");
	}

	@Test
	void entryWhenOutOfBalanceThenNotCommitted() {
		assertThatThrownBy(() -> asApplication("""
				INSERT INTO ledger_posting (entry_id, position, account, currency, amount)
				SELECT id, 9, 'cash', 'EUR', 1 FROM ledger_entry""")).hasMessageContaining("not balanced");
		assertThatThrownBy(() -> asApplication("""
				INSERT INTO ledger_entry (id, kind, source, invoice, booked_at)
				VALUES (gen_random_uuid(), 'payment_received', 'x', 'x', now())"""))
				.hasMessageContaining("not balanced");
	}

	@Test
	void entryWhenBalancedInSumButNotInEachCurrencyThenNotCommitted() {
		assertThatThrownBy(() -> asApplication("""
				INSERT INTO ledger_posting (entry_id, position, account, currency, amount)
				SELECT id, p, 'cash', CASE p WHEN 8 THEN 'EUR' ELSE 'JPY' END, CASE p WHEN 8 THEN 5 ELSE -5 END
				FROM ledger_entry, generate_series(8, 9) AS p""")).hasMessageContaining("not balanced");
	}

	@Test
	void entryWhenBookedTwiceThenRefused() {
		assertThatThrownBy(() -> asApplication("""
				INSERT INTO ledger_entry (id, kind, source, invoice, booked_at)
				SELECT gen_random_uuid(), kind, source, invoice, booked_at FROM ledger_entry"""))
				.hasMessageContaining("duplicate key");
	}

	@Test
	void entryWhenBalancedThenCommitted() throws SQLException {
		asApplication("""
				INSERT INTO ledger_posting (entry_id, position, account, currency, amount)
				SELECT id, p, 'cash', 'EUR', CASE p WHEN 8 THEN 5 ELSE -5 END
				FROM ledger_entry, generate_series(8, 9) AS p""");

		assertThat(this.billing.list("/ledger/entries").getFirst().path("postings").size()).isEqualTo(4);
	}

	private void asOwner(String sql) throws SQLException {
		execute(sql, "spring.flyway.url", "spring.flyway.user", "spring.flyway.password");
	}

	private void asApplication(String sql) throws SQLException {
		execute(sql, "spring.flyway.url", "spring.r2dbc.username", "spring.r2dbc.password");
	}

	private void execute(String sql, String url, String user, String password) throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.environment.getRequiredProperty(url),
				this.environment.getRequiredProperty(user), this.environment.getRequiredProperty(password));
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("SELECT set_config('app.organization_id', '%s', true)"
					.formatted(this.billing.tenant().organization()));
			statement.execute(sql);
			connection.commit();
		}
	}

}
