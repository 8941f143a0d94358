package io.billwright.platform.clients;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import io.billwright.platform.deadline.Deadline;
import io.billwright.platform.identity.Passport;
import io.billwright.platform.observability.RequestId;

/// Says on whose behalf, within which request and until when a call is made.
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
				.flatMap((known) -> Mono.deferContextual((context) -> next.exchange(within(known, context))));
	}

	private static ClientRequest within(ClientRequest.Builder request, ContextView context) {
		context.<RequestId>getOrEmpty(RequestId.class).ifPresent((id) -> request.header(RequestId.HEADER, id.value()));
		context.<Deadline>getOrEmpty(Deadline.class)
				.ifPresent((deadline) -> request.header(Deadline.HEADER, deadline.header()));
		return request.build();
	}

}
