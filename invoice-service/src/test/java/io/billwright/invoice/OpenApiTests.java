package io.billwright.invoice;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest
class OpenApiTests {

	private final JsonNode document;

	OpenApiTests(@Autowired WebTestClient anybody) {
		this.document = Objects.requireNonNull(anybody.get()
				.uri("/v3/api-docs")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody());
	}

	@Test
	void pricingThenIsOneOfTheModelsByTheirNames() {
		JsonNode schemas = this.document.at("/components/schemas");
		assertThat(schemas.at("/PriceRequest/properties/pricing/$ref").asString()).endsWith("/PricingModel");
		assertThat(schemas.at("/PricingModel/oneOf").size()).isEqualTo(2);
		assertThat(schemas.at("/PricingModel/discriminator/mapping").properties())
				.extracting((model) -> model.getKey() + " " + model.getValue().asString())
				.containsExactlyInAnyOrder("flat #/components/schemas/Flat", "per_unit #/components/schemas/PerUnit");
		assertThat(schemas.at("/PerUnit/properties/model/const").asString()).isEqualTo("per_unit");
		assertThat(schemas.at("/PerUnit/properties/unit_amount/$ref").asString()).endsWith("/UnitAmount");
		assertThat(schemas.at("/UnitAmount/type").asString()).isEqualTo("string");
		assertThat(schemas.at("/PerUnit/required").valueStream().map(JsonNode::asString)).contains("model",
				"unit_amount");
	}

}
