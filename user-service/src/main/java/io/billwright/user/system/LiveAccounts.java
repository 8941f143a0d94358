package io.billwright.user.system;

import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import io.billwright.platform.tenancy.Tenant;

/// Does the work of every request in live mode, also that of one in test mode: an organization and its members are the
/// same in both, and a change that was told to the test world only would leave the live one with what was before. What
/// the caller may do still follows the caller's own mode.
///
/// Webhooks tell of what is separate in the two modes, so they are separate too.
@Component
@Order(LiveAccounts.ORDER)
class LiveAccounts implements WebFilter {

	/// After the passport is read, before any transaction begins.
	static final int ORDER = -50;

	/// As handlers are found, whatever is percent-encoded in the path.
	private static final PathPattern SEPARATE = PathPatternParser.defaultInstance
			.parse("/api/v1/webhook-endpoints/**");

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (SEPARATE.matches(exchange.getRequest().getPath().pathWithinApplication())) {
			return chain.filter(exchange);
		}
		return chain.filter(exchange).contextWrite(LiveAccounts::bindLive);
	}

	private static Context bindLive(Context context) {
		return context.<Tenant>getOrEmpty(Tenant.class)
				.map((tenant) -> new Tenant(tenant.organization(), true).bind().apply(context))
				.orElse(context);
	}

}
