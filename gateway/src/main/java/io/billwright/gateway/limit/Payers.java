package io.billwright.gateway.limit;

import java.time.Clock;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Principal;

/// Who pays for whom, by the terms of their organization.
@Component
class Payers {

	private final LimitSettings settings;

	private final AgreedTerms terms;

	private final Leases leases;

	private final Clock clock;

	private final Cache<Key, Payer> payers;

	Payers(LimitSettings settings, AgreedTerms terms, Leases leases, Clock clock) {
		this.settings = settings;
		this.terms = terms;
		this.leases = leases;
		this.clock = clock;
		this.payers = Caffeine.newBuilder().maximumSize(settings.localKeys()).executor(Runnable::run).build();
	}

	/// Who pays, or `null` where somebody must be asked for the terms.
	///
	/// @param clientAddress pays for those who are nobody yet
	@Nullable
	Payer known(Principal principal, String clientAddress) {
		if (Principal.ANONYMOUS.equals(principal)) {
			return Payer.anonymous(clientAddress, this.terms.defaults(), this.leases);
		}
		Payer payer = this.payers.getIfPresent(new Key(principal.subject(), principal.organization()));
		if (payer != null && payer.terms().isCurrent(this.clock.millis())) {
			return payer;
		}
		return (principal.organization() == null) ? remember(principal, this.terms.defaults()) : null;
	}

	/// Who pays, for a principal with an organization. Cold; never fails.
	Mono<Payer> require(Principal principal, String organization) {
		return this.terms.require(organization).map((agreed) -> remember(principal, agreed));
	}

	private Payer remember(Principal principal, Terms agreed) {
		Payer payer = Payer.of(principal, agreed, this.settings, this.leases);
		this.payers.put(new Key(principal.subject(), principal.organization()), payer);
		return payer;
	}

	private record Key(String subject, @Nullable String organization) {}

}
