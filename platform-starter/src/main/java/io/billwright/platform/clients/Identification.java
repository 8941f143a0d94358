package io.billwright.platform.clients;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import io.billwright.platform.identity.Passport;
import io.billwright.platform.observability.RequestId;

/// Says on whose behalf, and within which request, a call is made.
final class Identification implements ExchangeFilterFunction {

	private final PassportSource passports;

	Identification(PassportSource passports) {
		this.passports = passports;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return this.passports.passport()
				.map((passport) -> ClientRequest.from(request).header(Passport.HEADER, passport))
				.switchIfEmpty(Mono.fromSupplier(() -> ClientRequest.from(request)))
				.flatMap((known) -> Mono.deferContextual((context) -> next.exchange(withRequestId(known, context))));
	}

	private static ClientRequest withRequestId(ClientRequest.Builder request, ContextView context) {
		context.<RequestId>getOrEmpty(RequestId.class).ifPresent((id) -> request.header(RequestId.HEADER, id.value()));
		return request.build();
	}

}
