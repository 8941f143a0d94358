package io.billwright.user.edgecache;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;

class CachePurgeControllerTests extends AccountsSpec {

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Test
	void purgeWhenAskedForByTheOperatorThenGatewaysAreTold() {
		Person owner = owner();
		StepVerifier.create(heard())
				.thenAwait(Duration.ofMillis(300))
				.then(() -> post(operator(),
						Map.of("organization_id", owner.organization(), "tags",
								List.of("products", "path:/api/v1/products")))
						.expectStatus()
						.isAccepted())
				.expectNext(owner.organization() + " products path:/api/v1/products")
				.then(() -> post(operator(), Map.of("tags", List.of("*"))).expectStatus().isAccepted())
				.expectNext("* *")
				.thenCancel()
				.verify(PATIENCE);
	}

	@Test
	void purgeWhenItNamesNothingThatCanBeATagThenIsRefused() {
		post(operator(), Map.of()).expectStatus().isBadRequest();
		post(operator(), Map.of("tags", List.of())).expectStatus().isBadRequest();
		post(operator(), Map.of("tags", List.of("two words"))).expectStatus().isBadRequest();
		post(operator(), Map.of("tags", List.of("a,b"))).expectStatus().isBadRequest();
	}

	@Test
	void purgeWhenAskedForByAnybodyElseThenDoesNotExist() {
		post(owner().on(this.client), Map.of("tags", List.of("*"))).expectStatus().isNotFound();
	}

	private static WebTestClient.ResponseSpec post(WebTestClient client, Map<String, Object> body) {
		return client.post().uri("/api/v1/admin/cache-purges").bodyValue(body).exchange();
	}

	private Flux<String> heard() {
		return this.redis.listenToChannel("edge-cache.purged").map((message) -> message.getMessage());
	}

	private WebTestClient operator() {
		return Passports.operator().on(this.client);
	}

}
