package io.billwright.user.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.AccountsSpec;

/// Endpoints at a real server, and events that come from Kafka as those of other services do.
abstract class WebhooksSpec extends AccountsSpec {

	static final String ENDPOINTS = "/api/v1/webhook-endpoints";

	static final Duration SOON = Duration.ofSeconds(15);

	static Receiver receiver;

	@Autowired
	private Outbox outbox;

	@Autowired
	private TransactionalOperator transaction;

	/// Nobody else's path at the receiver.
	final String path = "/" + UUID.randomUUID();

	@BeforeAll
	static void open() {
		receiver = Receiver.plain();
	}

	@AfterAll
	static void close() {
		receiver.close();
	}

	/// An endpoint at the test's path, with its secret.
	JsonNode endpoint(Person person, String... types) {
		return endpoint(person.on(this.client), this.path, types);
	}

	JsonNode endpoint(WebTestClient client, String path, String... types) {
		return create(client, Map.of("url", receiver.url(path).toString(), "event_types", List.of(types)))
				.expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
	}

	static WebTestClient.ResponseSpec create(WebTestClient client, Map<String, ?> body) {
		return client.post().uri(ENDPOINTS).bodyValue(body).exchange();
	}

	static JsonNode post(WebTestClient client, String uri, int status) {
		return client.post()
				.uri(uri)
				.exchange()
				.expectStatus()
				.isEqualTo(status)
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
	}

	static String pathOf(JsonNode endpoint) {
		return ENDPOINTS + '/' + endpoint.path("id").asString();
	}

	/// The endpoint's deliveries, the newest first.
	List<JsonNode> deliveries(Person person, JsonNode endpoint, String query) {
		return get(person, pathOf(endpoint) + "/deliveries" + query).path("data").valueStream().toList();
	}

	/// Publishes what another service would, in live mode.
	void publish(Person person, String topic, String type, Object data) {
		publish(new Tenant(OrganizationId.parse(person.organization()).value(), true), topic, type, data);
	}

	void publish(Tenant tenant, String topic, String type, Object data) {
		this.outbox.record(new OutboxEvent(topic, type, UUID.randomUUID().toString(), data))
				.as(this.transaction::transactional)
				.contextWrite(tenant.bind())
				.block(PATIENCE);
	}

}
