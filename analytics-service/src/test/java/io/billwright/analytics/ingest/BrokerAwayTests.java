package io.billwright.analytics.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;

import io.billwright.analytics.customer.Customers;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.KafkaBroker;
import io.billwright.platform.test.servers.Ports;

import static io.billwright.analytics.ingest.Partner.counts;
import static io.billwright.analytics.ingest.Partner.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/// A service with a broker of its own, which is taken away under it.
@PlatformTest(properties = {"billwright.usage.ingest.acknowledge-timeout=2s", "spring.application.name=ingest-outage",
	"billwright.messaging.outbox.publish-timeout=1s", "billwright.messaging.topics.timeout=1s",
	"billwright.messaging.backoff.max=500ms"})
@ContextConfiguration(initializers = BrokerAwayTests.OwnBroker.class)
@DirtiesContext
class BrokerAwayTests {

	private static final int PORT = Ports.free();

	private static final int CONTROLLER_PORT = Ports.free();

	@TempDir
	private static Path directory;

	private static KafkaBroker kafka;

	@Autowired
	private WebTestClient client;

	@Autowired
	private Outbox outbox;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private Customers customers;

	@AfterAll
	static void stop() {
		kafka.close();
	}

	@Test
	void eventsWhenTheBrokerIsDownThenAreTurnedAwayAndAcceptedOnceItIsBack() {
		Partner partner = new Partner(this.client);
		partner.withCustomer(this.outbox, this.transaction, this.customers, partner.tenant);
		assertThat(counts(partner.receipt(Form.JSON_TYPE, partner.event("before")))).isEqualTo("1 0 0");
		kafka.close();
		String batch = "[" + partner.event("before") + "," + partner.event("during") + "]";
		for (int i = 0; i < 2; i++) {
			partner.send(Form.JSON_TYPE, batch)
					.expectStatus()
					.isEqualTo(503)
					.expectHeader()
					.exists("Retry-After")
					.expectBody()
					.jsonPath("$.code")
					.isEqualTo("usage_intake_unavailable")
					.jsonPath("$.accepted")
					.doesNotExist();
		}
		startKafka();
		eventually(() -> partner.send(Form.JSON_TYPE, batch).returnResult(Void.class).getStatus().value() == 202);
		assertThat(counts(partner.receipt(Form.JSON_TYPE, batch))).isEqualTo("0 0 2");
		assertThat(partner.keys(kafka.bootstrapServers())).contains("before", "during");
	}

	/// Goes before the servers that all tests share.
	static final class OwnBroker implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			startKafka();
			context.getEnvironment()
					.getPropertySources()
					.addFirst(new MapPropertySource("own broker",
							Map.of("spring.kafka.bootstrap-servers", kafka.bootstrapServers())));
		}

	}

	private static void startKafka() {
		try {
			kafka = KafkaBroker.start(directory.resolve("kafka"), PORT, CONTROLLER_PORT, Durability.THROWAWAY);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
