package io.billwright.user.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.contracts.Topics;
import io.billwright.contracts.UsageLevelSnapshot;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.user.webhook.Receiver.Received;
import io.billwright.user.webhook.Receiver.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

class WebhookDeliveryTests extends WebhooksSpec {

	private static final Map<String, String> INVOICE = Map.of("id", "inv_1", "status", "paid", "memo", "Grüße");

	@Autowired
	private DeliverWebhooks deliverer;

	@Autowired
	private WebhookQueue queue;

	@Autowired
	private JsonMapper mapper;

	@Test
	void eventWhenWantedThenArrivesOnceSignedAndOthersDoNot() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "invoice.paid", "payment.*");
		publish(owner, Topics.INVOICES, "invoice.drafted", INVOICE);
		publish(owner, Topics.CUSTOMERS, "customer.created", Map.of("id", "cus_1"));
		publish(owner(), Topics.INVOICES, "invoice.paid", INVOICE);
		publish(owner, Topics.INVOICES, "invoice.paid", INVOICE);
		publish(owner, Topics.PAYMENTS, "payment.recorded", Map.of("id", "pay_1"));
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 2);
		Received invoice = receiver.received(this.path)
				.stream()
				.filter((one) -> one.body().contains("inv_1"))
				.findFirst()
				.orElseThrow();
		assertThat(invoice.isSignedWith(endpoint.path("secret").asString())).isTrue();
		assertThat(invoice.isSignedWith("whsec_" + "A".repeat(43) + "=")).isFalse();
		assertThat(invoice.timestamp()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
		JsonNode body = this.mapper.readTree(invoice.body());
		assertThat(body.propertyNames()).containsExactly("type", "timestamp", "data");
		assertThat(body.path("type").asString()).isEqualTo("invoice.paid");
		assertThat(Instant.parse(body.path("timestamp").asString())).isBefore(Instant.now());
		assertThat(body.path("data").path("memo").asString()).isEqualTo("Grüße");
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=delivered").size() == 2);
		JsonNode delivery = deliveries(owner, endpoint, "?type=invoice.paid").getFirst();
		assertThat(delivery.path("event_id").asString()).isEqualTo(invoice.header("webhook-id")).startsWith("evt_");
		JsonNode details = get(owner, pathOf(endpoint) + "/deliveries/" + delivery.path("id").asString());
		assertThat(details.path("payload")).isEqualTo(body);
		assertThat(details.at("/attempts/0/status").asInt()).isEqualTo(200);
		assertThat(details.at("/attempts/0/error").isNull()).isTrue();
		assertThat(details.path("attempts")).hasSize(1);
	}

	/// What analytics-service tells when a customer's usage reaches a level of an alert.
	@Test
	void levelOfUsageWhenReachedThenIsTold() {
		Person owner = owner();
		endpoint(owner, "usage.threshold_reached");
		Instant begin = Instant.parse("2026-11-01T00:00:00Z");
		publish(owner, Topics.USAGE_LEVELS, "usage.threshold_reached",
				new UsageLevelSnapshot("alr_1", 1, "alt_1", "cus_1", "mtr_1", "api-calls", "80%", "81.5", begin,
						begin.plus(Duration.ofDays(30)), begin.plus(Duration.ofDays(9))));
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 1);
		JsonNode body = this.mapper.readTree(receiver.received(this.path).getFirst().body());
		assertThat(body.path("type").asString()).isEqualTo("usage.threshold_reached");
		assertThat(body.at("/data/alert_id").asString()).isEqualTo("alt_1");
		assertThat(body.at("/data/level").asString()).isEqualTo("80%");
		assertThat(body.at("/data/figure").asString()).isEqualTo("81.5");
	}

	@Test
	void eventWhenRefusedOrNotAnsweredThenIsSentAgainUnderTheSameId() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		receiver.reply(this.path, Reply.of(500, "Oops"), Reply.NEVER, Reply.of(202, "Thanks"));
		publish(owner, Topics.INVOICES, "invoice.paid", INVOICE);
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=delivered").size() == 1);
		assertThat(receiver.received(this.path)).hasSize(3)
				.allMatch((one) -> one.isSignedWith(endpoint.path("secret").asString()))
				.extracting((one) -> one.header("webhook-id"))
				.containsOnly(deliveries(owner, endpoint, "").getFirst().path("event_id").asString());
		JsonNode attempts = attempts(owner, endpoint);
		assertThat(attempts.valueStream().map((one) -> one.path("number").asInt())).containsExactly(3, 2, 1);
		assertThat(attempts.at("/2/status").asInt()).isEqualTo(500);
		assertThat(attempts.at("/2/answer").asString()).isEqualTo("Oops");
		assertThat(attempts.at("/1/status").isNull()).isTrue();
		assertThat(attempts.at("/1/error").asString()).isEqualTo("timeout");
		assertThat(attempts.at("/1/duration_ms").asInt()).isBetween(1900, 10_000);
		assertThat(attempts.at("/0/status").asInt()).isEqualTo(202);
	}

	@Test
	void eventWhenAllAttemptsFailThenHasFailedAndCanBeReplayed() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		receiver.reply(this.path, Reply.of(503, ""));
		String id = post(owner.on(this.client), pathOf(endpoint) + "/ping", 202).path("id").asString();
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=failed").size() == 1);
		assertThat(receiver.received(this.path)).hasSize(4).allMatch((one) -> one.body().contains("webhook.ping"));
		receiver.reply(this.path, Reply.of(200, ""));
		JsonNode replayed = post(owner.on(this.client), pathOf(endpoint) + "/deliveries/" + id + "/replay", 202);
		assertThat(replayed.path("state").asString()).isEqualTo("pending");
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=delivered").size() == 1);
		assertThat(attempts(owner, endpoint).at("/0/number").asInt()).isEqualTo(5);
		post(owner.on(this.client), pathOf(endpoint) + "/deliveries/" + id + "/replay", 202);
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 6);
		assertThat(receiver.received(this.path)).extracting((one) -> one.header("webhook-id")).hasSize(6)
				.containsOnly(replayed.path("event_id").asString());
	}

	@Test
	void endpointWhenItIsGoneThenIsDisabledAndGetsNothingUntilEnabled() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		receiver.reply(this.path, Reply.of(410, ""));
		publish(owner, Topics.INVOICES, "invoice.paid", INVOICE);
		await().atMost(SOON)
				.until(() -> "gone".equals(get(owner, pathOf(endpoint)).path("disabled_reason").asString()));
		assertThat(get(owner, pathOf(endpoint)).path("version").asLong()).isEqualTo(2);
		assertThat(deliveries(owner, endpoint, "?state=failed")).hasSize(1);
		JsonNode entry = get(owner, "/api/v1/audit-log?action=webhook_endpoint.disabled").at("/data/0");
		assertThat(entry.path("actor_kind").asString()).isEqualTo("service");
		assertThat(entry.path("resource")).isEqualTo(endpoint.path("id"));
		assertThat(entry.at("/details/reason").asString()).isEqualTo("gone");
		assertThat(isTrailValid(owner)).isTrue();
		assertThat(post(owner.on(this.client), pathOf(endpoint) + "/deliveries/"
				+ deliveries(owner, endpoint, "").getFirst().path("id").asString() + "/replay", 409).path("code")
				.asString()).isEqualTo("webhook_endpoint_disabled");
		receiver.reply(this.path, Reply.of(200, ""));
		publish(owner, Topics.INVOICES, "invoice.voided", INVOICE);
		publishAndAwaitElsewhere();
		owner.on(this.client).patch().uri(pathOf(endpoint)).bodyValue(Map.of("status", "enabled")).exchange()
				.expectStatus().isOk();
		publish(owner, Topics.INVOICES, "invoice.paid", INVOICE);
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=delivered").size() == 1);
		assertThat(receiver.received(this.path)).hasSize(2).noneMatch((one) -> one.body().contains("invoice.voided"));
	}

	@Test
	void endpointWhenItFailsForDaysThenIsDisabledAndOneSuccessBegins() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		receiver.reply(this.path, Reply.of(500, ""), Reply.of(200, ""), Reply.of(500, ""));
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=delivered").size() == 1);
		assertThat(failingSince(owner)).isZero();
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=failed").size() == 1);
		assertThat(failingSince(owner)).isOne();
		assertThat(get(owner, pathOf(endpoint)).path("status").asString()).isEqualTo("enabled");
		write(owner, "UPDATE webhook_endpoints SET failing_since = failing_since - interval '6 days' "
				+ "WHERE organization_id = app_organization()");
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
		await().atMost(SOON)
				.until(() -> "failing".equals(get(owner, pathOf(endpoint)).path("disabled_reason").asString()));
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=failed").size() == 2);
		assertThat(deliveries(owner, endpoint, "?state=failed").getFirst().path("attempts").asInt())
				.as("what waits is given up with the endpoint")
				.isEqualTo(1);
	}

	@Test
	void secretWhenRotatedThenBothSignUntilTheOverlapEnds() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		String first = endpoint.path("secret").asString();
		String second = rotate(owner, endpoint, 1);
		assertThat(second).isNotEqualTo(first);
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 1);
		Received both = receiver.received(this.path).getFirst();
		assertThat(both.isSignedWith(first)).isTrue();
		assertThat(both.isSignedWith(second)).isTrue();
		assertThat(both.header("webhook-signature")).matches("v1,\\S+ v1,\\S+");
		String third = rotate(owner, endpoint, 0);
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 2);
		Received one = receiver.received(this.path).getLast();
		assertThat(one.isSignedWith(third)).isTrue();
		assertThat(one.isSignedWith(second)).isFalse();
		rotate(owner, endpoint, 1);
		await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
		post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 3);
		assertThat(receiver.received(this.path).getLast().isSignedWith(third)).isFalse();
	}

	@Test
	void deliveryWhenWhoeverHasClaimedItDiesThenIsTakenOver() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		this.deliverer.stop();
		await().atMost(SOON).until(() -> !this.deliverer.isRunning());
		try {
			post(owner.on(this.client), pathOf(endpoint) + "/ping", 202);
			UUID organization = OrganizationId.parse(owner.organization()).value();
			assertThat(claim(10)).anyMatch((claimed) -> claimed.organizationId().equals(organization));
			assertThat(claim(10)).as("what is claimed nobody else gets")
					.noneMatch((claimed) -> claimed.organizationId().equals(organization));
		}
		finally {
			this.deliverer.start();
		}
		await().pollDelay(Duration.ofMillis(1500)).until(() -> receiver.received(this.path).isEmpty());
		await().atMost(SOON).until(() -> deliveries(owner, endpoint, "?state=delivered").size() == 1);
		assertThat(attempts(owner, endpoint)).singleElement()
				.satisfies((one) -> assertThat(one.path("number").asInt()).isEqualTo(2));
		assertThat(receiver.received(this.path)).hasSize(1);
	}

	@Test
	void endpointWhenItIsSlowThenOthersDoNotWaitForIt() {
		Person slow = owner();
		JsonNode silent = endpoint(slow, "*");
		receiver.reply(this.path, Reply.NEVER);
		String neighbours = this.path + "-neighbour";
		JsonNode neighbour = endpoint(slow.on(this.client), neighbours, "*");
		Person other = owner();
		String others = this.path + "-other";
		JsonNode endpoint = endpoint(other.on(this.client), others, "*");
		IntStream.range(0, 6).forEach((i) -> post(slow.on(this.client), pathOf(silent) + "/ping", 202));
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 2);
		long began = System.nanoTime();
		IntStream.range(0, 5).forEach((i) -> post(slow.on(this.client), pathOf(neighbour) + "/ping", 202));
		IntStream.range(0, 5).forEach((i) -> post(other.on(this.client), pathOf(endpoint) + "/ping", 202));
		await().atMost(SOON)
				.until(() -> (receiver.received(neighbours).size() == 5) && (receiver.received(others).size() == 5));
		assertThat(Duration.ofNanos(System.nanoTime() - began))
				.as("six attempts of two seconds fill all four hands for longer, unless two of them stay free")
				.isLessThan(Duration.ofSeconds(4));
		slow.on(this.client).delete().uri(pathOf(silent)).exchange().expectStatus().isNoContent();
	}

	/// The very record twice, as after a consumer that died before its offset was committed.
	@Test
	void eventWhenKafkaDeliversItTwiceThenIsQueuedOnce() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		UUID event = Ids.next();
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers()), new StringSerializer(),
				new ByteArraySerializer())) {
			producer.send(record(owner, event));
			producer.send(record(owner, event));
			producer.flush();
		}
		await().atMost(SOON).until(() -> receiver.received(this.path).size() == 1);
		publishAndAwaitElsewhere();
		assertThat(deliveries(owner, endpoint, "")).singleElement()
				.satisfies((one) -> assertThat(one.path("event_id").asString())
						.isEqualTo(new WebhookEventId(event).text()));
		assertThat(receiver.received(this.path)).hasSize(1);
	}

	@Test
	void eventWhenOfTestModeThenGoesToEndpointsOfTestMode() {
		Person owner = owner();
		JsonNode live = endpoint(owner, "*");
		endpoint(owner.passport().inTestMode().on(this.client), this.path + "-test", "*");
		publish(new Tenant(OrganizationId.parse(owner.organization()).value(), false), Topics.INVOICES, "invoice.paid",
				INVOICE);
		await().atMost(SOON).until(() -> receiver.received(this.path + "-test").size() == 1);
		assertThat(deliveries(owner, live, "")).isEmpty();
	}

	@Test
	void deliveriesWhenOldOrOfADeletedEndpointThenArePurgedAndNothingElse() {
		Person owner = owner();
		JsonNode kept = endpoint(owner, "*");
		JsonNode deleted = endpoint(owner, "*");
		publish(owner, Topics.INVOICES, "invoice.paid", INVOICE);
		await().atMost(SOON).until(() -> (deliveries(owner, kept, "?state=delivered").size() == 1)
				&& (deliveries(owner, deleted, "?state=delivered").size() == 1));
		write(owner, "UPDATE webhook_events SET created_at = created_at - interval '31 days' "
				+ "WHERE organization_id = app_organization()");
		write(owner, "UPDATE webhook_deliveries SET created_at = created_at - interval '31 days' "
				+ "WHERE organization_id = app_organization()");
		publish(owner, Topics.INVOICES, "invoice.voided", INVOICE);
		await().atMost(SOON).until(() -> (deliveries(owner, kept, "?state=delivered").size() == 2)
				&& (deliveries(owner, deleted, "?state=delivered").size() == 2));
		owner.on(this.client).delete().uri(pathOf(deleted)).exchange().expectStatus().isNoContent();
		write(owner, "UPDATE webhook_endpoints SET deleted_at = deleted_at - interval '1 hour' "
				+ "WHERE organization_id = app_organization()");
		this.queue.purge().block(PATIENCE);
		assertThat(deliveries(owner, kept, "")).singleElement()
				.satisfies((one) -> assertThat(one.path("type").asString()).isEqualTo("invoice.voided"));
		assertThat(count(owner, "webhook_deliveries")).isEqualTo(1);
		assertThat(count(owner, "webhook_attempts")).isEqualTo(1);
		assertThat(count(owner, "webhook_events")).isEqualTo(1);
		assertThat(count(owner, "webhook_endpoints")).isEqualTo(1);
	}

	/// Long ago, or before the endpoint was there: who reads a topic from its beginning must not send it.
	@Test
	void eventWhenOlderThanTheEndpointThenIsNotSent() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		write(owner, "UPDATE webhook_endpoints SET created_at = created_at + interval '1 minute' "
				+ "WHERE organization_id = app_organization()");
		publish(owner, Topics.INVOICES, "invoice.paid", INVOICE);
		publishAndAwaitElsewhere();
		assertThat(deliveries(owner, endpoint, "")).isEmpty();
	}

	@Test
	void deliveriesWhenManyThenComeInPagesTheNewestFirst() {
		Person owner = owner();
		JsonNode endpoint = endpoint(owner, "*");
		List<String> ids = IntStream.range(0, 3)
				.mapToObj((i) -> post(owner.on(this.client), pathOf(endpoint) + "/ping", 202).path("id").asString())
				.toList()
				.reversed();
		JsonNode first = get(owner, pathOf(endpoint) + "/deliveries?limit=2");
		String next = "&cursor=" + first.path("next_cursor").asString();
		assertThat(first.path("data").valueStream().map((one) -> one.path("id").asString()))
				.containsExactlyElementsOf(ids.subList(0, 2));
		assertThat(deliveries(owner, endpoint, "?limit=2" + next)).extracting((one) -> one.path("id").asString())
				.containsExactly(ids.getLast());
		assertThat(deliveries(owner, endpoint, "?type=invoice.paid")).isEmpty();
	}

	/// Events of one topic and partition come in order, so an event that has come elsewhere says that earlier ones have been
	/// looked at; partitions are handled side by side, hence the moment more.
	private void publishAndAwaitElsewhere() {
		Person other = owner();
		String elsewhere = this.path + "-elsewhere";
		endpoint(other.on(this.client), elsewhere, "*");
		publish(other, Topics.INVOICES, "invoice.paid", INVOICE);
		await().atMost(SOON).until(() -> receiver.received(elsewhere).size() == 1);
	}

	private static ProducerRecord<String, byte[]> record(Person owner, UUID event) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(Topics.INVOICES, "inv_twice",
				"{\"id\":\"inv_twice\"}".getBytes(StandardCharsets.UTF_8));
		Map.of("ce_specversion", "1.0", "ce_id", event.toString(), "ce_source", "/billwright/invoice-service",
				"ce_type", "invoice.paid", "ce_subject", "inv_twice", "ce_time", Instant.now().toString(),
				"ce_organization", owner.organization(), "ce_mode", "live", "content-type", "application/json")
				.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	private List<WebhookQueue.Claimed> claim(int free) {
		return this.queue.claim(WebhookQueue.BEGINNING, List.of(), List.of(), free).collectList().block(PATIENCE);
	}

	private JsonNode attempts(Person person, JsonNode endpoint) {
		String delivery = deliveries(person, endpoint, "").getFirst().path("id").asString();
		return get(person, pathOf(endpoint) + "/deliveries/" + delivery).path("attempts");
	}

	private String rotate(Person person, JsonNode endpoint, int overlapSeconds) {
		return person.on(this.client)
				.post()
				.uri(pathOf(endpoint) + "/rotate-secret")
				.bodyValue(Map.of("overlap_seconds", overlapSeconds))
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("Cache-Control", "no-store")
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()
				.path("secret")
				.asString();
	}

	/// How many of the organization's endpoints are failing.
	private long failingSince(Person person) {
		return count(person, "webhook_endpoints WHERE failing_since IS NOT NULL AND true");
	}

	private long count(Person person, String table) {
		String condition = table.contains(" WHERE ") ? " AND " : " WHERE ";
		return as(person, this.database.sql("SELECT count(*) FROM " + table + condition
				+ "organization_id = app_organization()").mapValue(Long.class).one()).block(PATIENCE);
	}

}
