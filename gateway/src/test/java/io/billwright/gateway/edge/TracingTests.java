package io.billwright.gateway.edge;

import java.util.Collection;
import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.micrometer.tracing.autoconfigure.TracingProperties;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

class TracingTests {

	private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";

	private static final String REQUESTS = "http.server.requests";

	@Test
	void requestWhenNobodyFetchesSpansThenIsNotObserved() {
		ObservationPredicate nobody = predicate(1);
		assertThat(nobody.test(REQUESTS, request(TRACE + "01"))).isFalse();
		assertThat(nobody.test("something.else", new Observation.Context())).isTrue();
	}

	@Test
	void requestWhenItsClientHasDecidedThenThatHolds() {
		assertThat(predicate(0, new Nowhere()).test(REQUESTS, request(TRACE + "01"))).isTrue();
		assertThat(predicate(1, new Nowhere()).test(REQUESTS, request(TRACE + "00"))).isFalse();
	}

	@Test
	void requestWhenItsClientHasNotDecidedThenAShareIsObserved() {
		assertThat(predicate(1, new Nowhere()).test(REQUESTS, request(null))).isTrue();
		assertThat(predicate(1, new Nowhere()).test(REQUESTS, request("nonsense"))).isTrue();
		assertThat(predicate(0, new Nowhere()).test(REQUESTS, request(null))).isFalse();
	}

	@Test
	void serviceWhenTheRequestIsNotObservedThenIsToldTheClientsTraceOrANewOne() {
		assertThat(Tracing.parent(exchange(TRACE + "01"))).isEqualTo(TRACE + "01");
		assertThat(Tracing.parent(exchange("nonsense"))).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
	}

	private static ObservationPredicate predicate(double share, SpanExporter... exporters) {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		for (SpanExporter exporter : exporters) {
			beans.addBean("exporter", exporter);
		}
		TracingProperties properties = new TracingProperties();
		properties.getSampling().setProbability((float) share);
		return new Tracing().sampledRequestsOnly(beans.getBeanProvider(SpanExporter.class), properties);
	}

	private static MockServerWebExchange exchange(String traceParent) {
		return MockServerWebExchange
				.from(MockServerHttpRequest.get("/").header(TraceParent.HEADER, traceParent).build());
	}

	private static ServerRequestObservationContext request(@Nullable String traceParent) {
		MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get("/");
		if (traceParent != null) {
			request.header(TraceParent.HEADER, traceParent);
		}
		return new ServerRequestObservationContext(request.build(), new MockServerHttpResponse(), Map.of());
	}

	private static final class Nowhere implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

}
