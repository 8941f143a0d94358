package io.billwright.invoice.publishing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest
class PublishingTests {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final int POLLS_MAX = 300;

	private final WebTestClient client;

	private final JsonMapper json;

	private final String broker;

	PublishingTests(@Autowired WebTestClient anybody, @Autowired JsonMapper json,
			@Value("${spring.kafka.bootstrap-servers}") String broker) {
		this.client = Passports.user(Passports.freshId("org"), "customers:write", "catalog:write").on(anybody);
		this.json = json;
		this.broker = broker;
	}

	@Test
	void customerWhenChangedThenEachVersionIsPublishedInOrder() {
		String id = created("/customers", """
				{"name": "Acme", "currency": "EUR", "time_zone": "Europe/Berlin", "external_id": "crm-1",
				 "billing_address": {"country": "DE"}, "tax_ids": [{"type": "eu_vat", "value": "DE123456789"}]}""");
		patch("/customers/" + id, "{\"name\": \"Acme AG\"}");
		post("/customers/" + id + "/archive");
		post("/customers/" + id + "/archive");
		post("/customers/" + id + "/unarchive");
		List<ConsumerRecord<String, String>> events = events(Topics.CUSTOMERS, id, 4);
		assertThat(types(events)).containsExactly("customer.created", "customer.updated", "customer.archived",
				"customer.unarchived");
		List<CustomerSnapshot> snapshots = snapshots(events, CustomerSnapshot.class);
		assertThat(snapshots).extracting(CustomerSnapshot::version).containsExactly(1L, 2L, 3L, 4L);
		assertThat(snapshots).extracting(CustomerSnapshot::name).containsExactly("Acme", "Acme AG", "Acme AG",
				"Acme AG");
		assertThat(snapshots.get(2).status()).isEqualTo("archived");
		assertThat(snapshots.getFirst().taxIds())
				.containsExactly(new CustomerSnapshot.TaxIdSnapshot("eu_vat", "DE123456789"));
		assertThat(Objects.requireNonNull(snapshots.getFirst().billingAddress()).country()).isEqualTo("DE");
	}

	@Test
	void catalogWhenChangedThenIsPublished() {
		String product = created("/products", "{\"name\": \"Seats\"}");
		String price = created("/prices", """
				{"product_id": "%s", "currency": "EUR", "pricing": {"model": "per_unit", "unit_amount": "0.00450"}}"""
				.formatted(product));
		patch("/products/" + product, "{\"name\": \"Places\"}");
		patch("/prices/" + price, "{\"nickname\": \"Standard\"}");
		post("/prices/" + price + "/archive");
		List<ConsumerRecord<String, String>> products = events(Topics.PRODUCTS, product, 2);
		assertThat(types(products)).containsExactly("product.created", "product.updated");
		assertThat(snapshots(products, ProductSnapshot.class)).extracting(ProductSnapshot::name)
				.containsExactly("Seats", "Places");
		List<ConsumerRecord<String, String>> prices = events(Topics.PRICES, price, 3);
		assertThat(types(prices)).containsExactly("price.created", "price.updated", "price.archived");
		PriceSnapshot last = snapshots(prices, PriceSnapshot.class).getLast();
		assertThat(last.model()).isEqualTo("per_unit");
		assertThat(last.unitAmount()).isEqualTo("0.0045");
		assertThat(last.status()).isEqualTo("archived");
		assertThat(last.productId()).isEqualTo(product);
	}

	private String created(String path, String body) {
		JsonNode created = Objects.requireNonNull(this.client.post()
				.uri("/api/v1" + path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody());
		return created.path("id").asString();
	}

	private void patch(String path, String body) {
		this.client.patch()
				.uri("/api/v1" + path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isOk();
	}

	private void post(String path) {
		this.client.post().uri("/api/v1" + path).exchange().expectStatus().isOk();
	}

	/// The first events of one aggregate, and whatever more has come with them.
	private List<ConsumerRecord<String, String>> events(String topic, String id, int count) {
		List<ConsumerRecord<String, String>> found = new ArrayList<>();
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
				Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, this.broker, ConsumerConfig.GROUP_ID_CONFIG,
						UUID.randomUUID().toString(), ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
						ConsumerConfig.METADATA_MAX_AGE_CONFIG, "500"),
				new StringDeserializer(), new StringDeserializer())) {
			consumer.subscribe(List.of(topic));
			for (int i = 0; (i < POLLS_MAX) && (found.size() < count); i++) {
				consumer.poll(POLL).records(topic).forEach((event) -> {
					if (event.key().equals(id)) {
						found.add(event);
					}
				});
			}
		}
		return found;
	}

	private static List<String> types(List<ConsumerRecord<String, String>> events) {
		return events.stream()
				.map((event) -> new String(event.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
				.toList();
	}

	private <T> List<T> snapshots(List<ConsumerRecord<String, String>> events, Class<T> type) {
		return events.stream().map((event) -> this.json.readValue(event.value(), type)).toList();
	}

}
