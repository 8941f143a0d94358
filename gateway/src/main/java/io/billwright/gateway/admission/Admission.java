package io.billwright.gateway.admission;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.gateway.cors.CrossOrigin;
import io.billwright.gateway.credential.Credential;
import io.billwright.gateway.credential.CredentialFailure;
import io.billwright.gateway.credential.Credentials;
import io.billwright.gateway.edge.AccessLog;
import io.billwright.gateway.edge.ClientAddress;
import io.billwright.gateway.limit.Limits;
import io.billwright.gateway.passport.Mode;
import io.billwright.gateway.passport.Passports;
import io.billwright.gateway.passport.Principal;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.gateway.tls.ClientCertificates;
import io.billwright.gateway.upstream.PassedHeaders;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.AccessFailure;
import io.billwright.platform.identity.CallerKind;

/// Lets a request in, or not. A caller who is not yet known to be anybody costs the address it comes from; one who is
/// known costs only itself, so that a busy office is not held up by its shared address, and a hot request makes one round
/// trip to Redis at the most.
@Component
class Admission implements GlobalFilter, Ordered {

	/// Before everything that works for the request.
	private static final int ORDER = -100;

	private static final String MODE = "Billwright-Mode";

	private final Credentials credentials;

	private final Limits limits;

	private final Passports passports;

	private final RouteTable routes;

	private final ClientAddress clients;

	private final CrossOrigin crossOrigin;

	private final ClientCertificates certificates;

	Admission(Credentials credentials, Limits limits, Passports passports, RouteTable routes, ClientAddress clients,
			CrossOrigin crossOrigin, ClientCertificates certificates) {
		this.credentials = credentials;
		this.limits = limits;
		this.passports = passports;
		this.routes = routes;
		this.clients = clients;
		this.crossOrigin = crossOrigin;
		this.certificates = certificates;
	}

	/// Where everything about the caller is at hand nothing is waited for on the way to its service.
	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		Credential credential = Credential.of(exchange.getRequest());
		String address = this.clients.limitKey(exchange.getRequest());
		Mono<Void> charged = chargeUnknown(exchange, credential, address);
		Mono<Principal> principal = Limits.isSettled(charged)
				? identify(exchange, credential)
				: charged.then(Mono.defer(() -> identify(exchange, credential)));
		return principal
				.flatMap((known) -> serve(exchange, known, address, spending(credential, known, chain)));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	/// What is good once is used up when nothing here can refuse the request any more.
	private GatewayFilterChain spending(Credential credential, Principal principal, GatewayFilterChain chain) {
		return (credential instanceof Credential.Signed signed && principal.kind() == CallerKind.API_KEY)
				? (exchange) -> this.credentials.spend(signed, exchange).flatMap(chain::filter)
				: chain;
	}

	private Mono<Void> chargeUnknown(ServerWebExchange exchange, Credential credential, String address) {
		return this.credentials.isKnown(credential, exchange.getRequest())
				? this.limits.chargePath(address, exchange)
				: this.limits.chargeAddress(address, exchange);
	}

	private Mono<Void> serve(ServerWebExchange exchange, Principal principal, String address,
			GatewayFilterChain chain) {
		exchange.getAttributes().put(Principal.ATTRIBUTE, principal);
		exchange.getAttributes().put(AccessLog.PRINCIPAL, principal.subject());
		this.certificates.check(exchange, principal);
		Mono<Void> confined = this.crossOrigin.confine(exchange, principal.organization());
		return Limits.isSettled(confined)
				? serveWithinLimits(exchange, principal, address, chain)
				: confined.then(Mono.defer(() -> serveWithinLimits(exchange, principal, address, chain)));
	}

	private Mono<Void> serveWithinLimits(ServerWebExchange exchange, Principal principal, String address,
			GatewayFilterChain chain) {
		return this.limits.serve(principal, address, exchange, Mono.defer(() -> {
			carryPassport(exchange, principal);
			return chain.filter(exchange);
		}));
	}

	/// On a public path a credential that cannot be used counts as none: an expired one must not stop anybody from logging
	/// in again. A credential that cannot be checked is an error everywhere.
	private Mono<Principal> identify(ServerWebExchange exchange, Credential credential) {
		boolean isPublic = this.routes.isPublic(exchange.getRequest().getPath().pathWithinApplication());
		Mono<Principal> principal = this.credentials.require(credential, exchange.getRequest());
		return isPublic ? principal.onErrorReturn(Admission::isUnusable, Principal.ANONYMOUS) : principal;
	}

	private static boolean isUnusable(Throwable failure) {
		return failure instanceof AccessFailure || failure instanceof CredentialFailure;
	}

	private void carryPassport(ServerWebExchange exchange, Principal principal) {
		Mode mode = mode(exchange.getRequest().getHeaders().getFirst(MODE));
		exchange.getAttributes().put(PassedHeaders.PASSPORT, this.passports.of(principal, mode));
	}

	private static Mode mode(@Nullable String wanted) {
		return switch (wanted) {
			case null -> Mode.LIVE;
			case "live" -> Mode.LIVE;
			case "test" -> Mode.TEST;
			default -> throw new Invalid(MODE.toLowerCase(Locale.ROOT), "unknown", "must be live or test");
		};
	}

}
