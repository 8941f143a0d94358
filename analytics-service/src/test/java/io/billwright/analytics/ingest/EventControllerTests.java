package io.billwright.analytics.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.PlatformTest;

import static io.billwright.analytics.ingest.Partner.LIMIT;
import static io.billwright.analytics.ingest.Partner.counts;
import static io.billwright.analytics.ingest.Partner.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(properties = {"billwright.messaging.consumer.commit-interval=100ms", "billwright.usage.ingest.tails=1"})
class EventControllerTests {

	@Autowired
	private WebTestClient client;

	@Autowired
	private Outbox outbox;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private Customers customers;

	@Autowired
	private MeterRegistry meters;

	@Value("${spring.kafka.bootstrap-servers}")
	private String kafka;

	private Partner partner;

	@BeforeEach
	void join() {
		this.partner = new Partner(this.client);
		this.partner.withCustomer(this.outbox, this.transaction, this.customers, this.partner.tenant);
	}

	@Test
	void batchWhenMixedThenEachItemIsJudgedByItselfAndOnlyGoodOnesGoToTheShard() {
		JsonNode receipt = this.partner.receipt(Form.JSON_TYPE, """
				[%s, {"idempotency_key":"bad","customer":"%s"}, %s, %s,
				 {"idempotency_key":"lost","customer":"nobody","metric":"api_call"},
				 {"idempotency_key":null,"customer":"%s","metric":"api_call"}]""".formatted(this.partner.event("a"),
				this.partner.customer, this.partner.event("b"), this.partner.event("a"), this.partner.externalId));
		assertThat(counts(receipt)).isEqualTo("3 2 1");
		assertThat(receipt.path("items").toString()).startsWith(
				"""
						[{"index":1,"status":"rejected","idempotency_key":"bad",\
						"errors":[{"field":"metric","code":"required","message":"must be given"}]},\
						{"index":3,"status":"duplicate","idempotency_key":"a"},\
						{"index":4,"status":"rejected","idempotency_key":"lost",\
						"errors":[{"field":"customer","code":"unknown_customer","message":"is no customer of the organization"}]},\
						{"index":5,"status":"accepted","idempotency_key":\"""");
		String made = receipt.at("/items/3/idempotency_key").asString();
		assertThat(this.partner.keys(this.kafka)).containsExactlyInAnyOrder("a", "b", made);
		assertThat(this.partner.events(this.kafka)).allSatisfy((event) -> {
			assertThat(event.organization()).isEqualTo(this.partner.tenant.organization());
			assertThat(event.live()).isTrue();
			assertThat(event.metric()).isEqualTo("api_call");
		});
	}

	@Test
	void batchWhenTakenInThenTellsTheGatewayThatEachEventCosts() {
		this.partner.send(Form.JSON_TYPE, "[%s, {}, %s]".formatted(this.partner.event("a"), this.partner.event("b")))
				.expectHeader()
				.valueEquals("X-Billwright-Cost", "3");
	}

	@Test
	void itemsWhenAskedForThenTellOfAcceptedOnesToo() {
		JsonNode receipt = Partner.receipt(this.partner.passport("usage:write")
				.on(this.client)
				.post()
				.uri(Partner.EVENTS + "?include=items")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("[" + this.partner.event("a") + "]")
				.exchange());
		assertThat(receipt.path("items").toString())
				.isEqualTo("[{\"index\":0,\"status\":\"accepted\",\"idempotency_key\":\"a\"}]");
	}

	@Test
	void linesWhenOneIsNoJsonThenTheOthersAreAccepted() {
		JsonNode receipt = this.partner.receipt(Form.LINES_TYPE,
				this.partner.event("a") + "\n{oops\n\n" + this.partner.event("b") + "\n");
		assertThat(counts(receipt)).isEqualTo("2 1 0");
		assertThat(receipt.at("/items/0/errors/0/code").asString()).isEqualTo("malformed_json");
		assertThat(receipt.at("/items/0/index").asInt()).isEqualTo(1);
	}

	@Test
	void cloudEventsWhenStructuredOrBatchedThenAreAcceptedUnderSourceAndId() {
		String event = """
				{"specversion":"1.0","id":"1","source":"/gw","type":"api_call","subject":"%s","data":{"quantity":"7","x":"y"}}"""
				.formatted(this.partner.externalId);
		assertThat(counts(this.partner.receipt(Form.CLOUD_EVENT_TYPE, event))).isEqualTo("1 0 0");
		assertThat(counts(this.partner.receipt(Form.CLOUD_EVENTS_TYPE,
				"[" + event + "," + event.replace("\"id\":\"1\"", "\"id\":\"2\"") + "]"))).isEqualTo("1 0 1");
		assertThat(this.partner.keys(this.kafka)).containsExactlyInAnyOrder("/gw 1", "/gw 2");
		assertThat(this.partner.events(this.kafka).getFirst().properties()).isEqualTo(Map.of("x", "y"));
	}

	@Test
	void eventWhenSentAgainThenIsADuplicateAndGoesNoFurther() {
		assertThat(counts(this.partner.receipt(Form.JSON_TYPE, this.partner.event("a")))).isEqualTo("1 0 0");
		assertThat(counts(this.partner.receipt(Form.JSON_TYPE, this.partner.event("a")))).isEqualTo("0 0 1");
		assertThat(this.partner.keys(this.kafka)).containsExactly("a");
	}

	@Test
	void singleEventWhenRejectedThenIsABadRequest() {
		this.partner.send(Form.JSON_TYPE, "{\"idempotency_key\":\"a\",\"customer\":\"nobody\",\"metric\":\"m\"}")
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("invalid_request")
				.jsonPath("$.errors[0].code")
				.isEqualTo("unknown_customer");
	}

	@Test
	void requestWhenBeyondTheLimitsThenIsRefusedAsAWhole() {
		String tooMany = IntStream.rangeClosed(0, 10_000)
				.mapToObj((i) -> this.partner.event("k" + i))
				.collect(Collectors.joining("\n"));
		refused(Form.LINES_TYPE, tooMany, 413, "too_many_events");
		refused(Form.JSON_TYPE, " ".repeat(5 * 1024 * 1024) + "[]", 413, "body_too_large");
		refused(Form.JSON_TYPE, "[" + this.partner.event("x") + ", oops]", 400, "malformed_json");
		refused(Form.JSON_TYPE, "[]", 400, "invalid_request");
		refused("text/csv", "a,b", 415, "unsupported_media_type");
		assertThat(this.partner.keys(this.kafka)).isEmpty();
	}

	private void refused(String type, String body, int status, String code) {
		this.partner.send(type, body).expectStatus().isEqualTo(status).expectBody().jsonPath("$.code").isEqualTo(code);
	}

	@Test
	void requestWhenOfTenThousandEventsThenIsAccepted() {
		String body = IntStream.range(0, 10_000)
				.mapToObj((i) -> this.partner.event("k" + i))
				.collect(Collectors.joining(",", "[", "]"));
		assertThat(counts(this.partner.receipt(Form.JSON_TYPE, body))).isEqualTo("10000 0 0");
		assertThat(this.partner.keys(this.kafka)).hasSize(10_000).doesNotHaveDuplicates();
	}

	/// The header's own record would be one write more for each request, and each event has a key.
	@Test
	void idempotencyKeyWhenGivenForTheRequestThenHasNoEffectAndLeavesNoRecord() {
		Passport passport = this.partner.passport("usage:write");
		for (String key : List.of("a", "b")) {
			assertThat(counts(Partner.receipt(passport.on(this.client)
					.post()
					.uri(Partner.EVENTS)
					.header("Idempotency-Key", "the-same")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(this.partner.event(key))
					.exchange()))).isEqualTo("1 0 0");
		}
		Long records = this.database.sql("SELECT count(*) FROM idempotency_record")
				.map((row) -> row.get(0, Long.class))
				.one()
				.as(this.transaction::transactional)
				.contextWrite(this.partner.tenant.bind())
				.block(LIMIT);
		assertThat(records).isZero();
	}

	/// The gateway refuses what breaks the document: of this body it must say nothing that one bad event could break.
	@Test
	void documentWhenReadThenNamesEveryFormAndNoHeaderForTheKey() {
		JsonNode operation = this.client.get()
				.uri("/v3/api-docs")
				.exchange()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody()
				.at("/paths/~1api~1v1~1usage~1events/post");
		assertThat(operation.at("/requestBody/content").propertyNames()).containsExactlyInAnyOrder(Form.JSON_TYPE,
				Form.LINES_TYPE, Form.CLOUD_EVENT_TYPE, Form.CLOUD_EVENTS_TYPE);
		assertThat(operation.at("/requestBody/content").at("/application~1json/schema").propertyNames())
				.containsExactly("oneOf");
		assertThat(operation.path("parameters").findValuesAsString("name")).containsExactly("include");
		assertThat(operation.path("parameters").findValuesAsString("$ref")).isEmpty();
		assertThat(operation.at("/responses/202").isObject()).isTrue();
	}

	@Test
	void customerWhenOfAnotherTenantOrModeThenIsUnknown() {
		Partner other = new Partner(this.client);
		assertThat(counts(other.receipt(Form.JSON_TYPE, "[" + this.partner.event("a") + "]"))).isEqualTo("0 1 0");
		JsonNode inTest = Partner.receipt(this.partner.send(this.partner.passport("usage:write").inTestMode(),
				Form.JSON_TYPE, "[" + this.partner.event("a") + "]"));
		assertThat(counts(inTest)).isEqualTo("0 1 0");
		assertThat(this.partner.keys(this.kafka)).isEmpty();
		assertThat(other.keys(this.kafka)).isEmpty();
	}

	@Test
	void keyWhenTheSameInLiveAndTestModeThenNamesTwoEvents() {
		Tenant test = new Tenant(this.partner.tenant.organization(), false);
		this.partner.withCustomer(this.outbox, this.transaction, this.customers, test);
		assertThat(counts(this.partner.receipt(Form.JSON_TYPE, this.partner.event("a")))).isEqualTo("1 0 0");
		assertThat(counts(Partner.receipt(this.partner.send(this.partner.passport("usage:write").inTestMode(),
				Form.JSON_TYPE, this.partner.event("a"))))).isEqualTo("1 0 0");
		assertThat(this.partner.events(this.kafka)).extracting(UsageEvent::live)
				.containsExactlyInAnyOrder(true, false);
	}

	@Test
	void callerWhenWithoutTheScopeThenIsRefused() {
		this.partner.send(this.partner.passport("usage:read"), Form.JSON_TYPE, this.partner.event("a"))
				.expectStatus()
				.isForbidden();
		this.partner.passport("usage:write")
				.on(this.client)
				.get()
				.uri(Partner.EVENTS + "/tail")
				.exchange()
				.expectStatus()
				.isForbidden();
		assertThat(this.partner.keys(this.kafka)).isEmpty();
	}

	@Test
	void metricsWhenEventsComeInThenCountThemByWhatBecameOfThem() {
		double accepted = events("accepted");
		double duplicate = events("duplicate");
		double unknown = rejected("unknown_customer");
		this.partner.receipt(Form.JSON_TYPE, "[%s,%s,{\"idempotency_key\":\"x\",\"customer\":\"y\",\"metric\":\"m\"}]"
				.formatted(this.partner.event("a"), this.partner.event("a")));
		assertThat(events("accepted") - accepted).isEqualTo(1);
		assertThat(events("duplicate") - duplicate).isEqualTo(1);
		assertThat(rejected("unknown_customer") - unknown).isEqualTo(1);
	}

	private double events(String outcome) {
		return this.meters.get("billwright.usage.ingest.events").tag("outcome", outcome).counter().count();
	}

	private double rejected(String reason) {
		return this.meters.find("billwright.usage.ingest.rejected").tag("reason", reason).counters().stream()
				.mapToDouble((counter) -> counter.count())
				.sum();
	}

	@Test
	@SuppressWarnings("FutureReturnValueIgnored") // closing the producer waits for them
	void partnersRecordsWhenGoodThenGoToTheShardAndElseToTheDeadLettersWithTheirCause() {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", this.kafka), new StringSerializer(), new ByteArraySerializer())) {
			producer.send(inbound(this.partner.organization, this.partner.event("named")));
			producer.send(inbound(this.partner.organization,
					"{\"customer\":\"%s\",\"metric\":\"m\"}".formatted(this.partner.externalId)));
			producer.send(inbound(this.partner.organization, "{\"customer\":\"nobody\",\"metric\":\"m\"}"));
			producer.send(inbound(this.partner.organization, "oops"));
			producer.send(inbound("org_nonsense", this.partner.event("lost")));
		}
		eventually(() -> this.partner.keys(this.kafka).size() == 2);
		assertThat(this.partner.keys(this.kafka)).contains("named")
				.anyMatch((key) -> key.matches("usage-events-inbound-\\d-\\d+"));
		eventually(() -> causes().size() == 3);
		assertThat(causes()).containsExactlyInAnyOrder("unknown_customer customer", "malformed_json",
				"unknown_organization");
	}

	private ProducerRecord<String, byte[]> inbound(String organization, String value) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(Inbound.TOPIC, this.partner.externalId,
				value.getBytes(UTF_8));
		record.headers().add("billwright-organization", organization.getBytes(UTF_8));
		return record;
	}

	private List<String> causes() {
		return Partner.records(this.kafka, "usage-events-dead")
				.stream()
				.filter((record) -> this.partner.externalId.equals(record.key()))
				.map(EventControllerTests::cause)
				.toList();
	}

	private static String cause(ConsumerRecord<String, byte[]> record) {
		return new String(record.headers().lastHeader("dead-letter-cause").value(), UTF_8);
	}

	@Test
	void tailWhenOpenThenShowsWhatIsAcceptedAndRejected() {
		Flux<Long> sending = Flux.interval(Duration.ofMillis(200))
				.publishOn(Schedulers.boundedElastic())
				.doOnNext((tick) -> this.partner.receipt(Form.JSON_TYPE,
						"[%s,{\"idempotency_key\":\"bad\"}]".formatted(this.partner.event("k" + tick))));
		StepVerifier
				.create(events(tail().expectStatus().isOk()).takeUntilOther(sending.then())
						.map(EventControllerTests::summary)
						.distinct()
						.take(2)
						.collect(Collectors.toSet()))
				.assertNext((seen) -> assertThat(seen).containsExactlyInAnyOrder("accepted api_call 1.50",
						"rejected required"))
				.expectComplete()
				.verify(LIMIT);
	}

	@Test
	void tailWhenOneMoreThanAllowedIsOpenThenIsRefused() {
		StepVerifier.create(tail().expectStatus().isOk().returnResult(String.class).getResponseBody())
				.then(() -> tail().expectStatus().isEqualTo(429).expectHeader().exists("Retry-After"))
				.thenCancel()
				.verify(LIMIT);
		eventually(() -> tail().returnResult(String.class).getStatus().is2xxSuccessful());
	}

	private static Flux<ServerSentEvent<JsonNode>> events(WebTestClient.ResponseSpec tail) {
		return tail.returnResult(new ParameterizedTypeReference<ServerSentEvent<JsonNode>>() {
		}).getResponseBody().filter((event) -> event.data() != null);
	}

	private static String summary(ServerSentEvent<JsonNode> event) {
		JsonNode data = Objects.requireNonNull(event.data());
		return "accepted".equals(event.event())
				? "accepted " + data.path("metric").asString() + " " + data.path("quantity").asString()
				: "rejected " + data.at("/errors/0/code").asString();
	}

	private WebTestClient.ResponseSpec tail() {
		return this.partner.passport("usage:read")
				.on(this.client.mutate().responseTimeout(LIMIT).build())
				.get()
				.uri(Partner.EVENTS + "/tail?customer=" + this.partner.externalId)
				.accept(MediaType.TEXT_EVENT_STREAM)
				.exchange();
	}

}
