package io.billwright.gateway.accounts;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Passports;
import io.billwright.platform.clients.PassportSource;

/// The gateway asks in its own name: when it does, nobody knows yet who the caller is.
@Component
class GatewayPassport implements PassportSource {

	private final Passports passports;

	GatewayPassport(Passports passports) {
		this.passports = passports;
	}

	@Override
	public Mono<String> passport() {
		return Mono.fromSupplier(this.passports::gateway);
	}

}
