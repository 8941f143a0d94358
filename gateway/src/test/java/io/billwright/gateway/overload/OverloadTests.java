package io.billwright.gateway.overload;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.core.publisher.Sinks;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// With room for two requests, of which the last place is for those that matter most.
@GatewayTest(properties = {"billwright.gateway.overload.initial=2", "billwright.gateway.overload.min=2",
	"billwright.gateway.overload.max=2", "billwright.gateway.overload.last=/api/v1/search/important"})
class OverloadTests {

	private static final String WORK = "/api/v1/search/work";

	private static final String IMPORTANT = "/api/v1/search/important/work";

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@Test
	void serviceWhenItHasEnoughToDoThenMoreIsRefusedAtOnceButNotWhatMattersMost() {
		Sinks.Empty<Void> done = Sinks.empty();
		Platform.SEARCH.on(WORK, (request, response) -> done.asMono().then(response.send()));
		CompletableFuture<HttpResponse<String>> first = CompletableFuture
				.supplyAsync(() -> Platform.send(this.port, "GET", WORK));
		await().until(() -> inside() == 1);

		HttpResponse<String> refused = Platform.send(this.port, "GET", WORK);
		assertThat(refused.statusCode()).isEqualTo(503);
		assertThat(refused.body()).contains("\"code\":\"overloaded\"").contains("search-service");
		assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 3L);
		assertThat(this.meters.get("billwright.gateway.overloaded")
				.tags("route", "search-service", "priority", "normal")
				.counter()
				.count()).isEqualTo(1);
		assertThat(Platform.send(this.port, "GET", IMPORTANT).statusCode()).isEqualTo(200);

		done.tryEmitEmpty();
		assertThat(first.join().statusCode()).isEqualTo(200);
		await().until(() -> inside() == 0);
		assertThat(Platform.send(this.port, "GET", WORK).statusCode()).isEqualTo(200);
	}

	private double inside() {
		return this.meters.get("billwright.gateway.concurrency").tag("route", "search-service").gauge().value();
	}

}
