package io.billwright.gateway.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import io.billwright.gateway.passport.Principal;

/// Binds credentials to the certificates of those who use them. The operator's authority issues a certificate for an
/// organization and names it as the subject's common name, `CN=org_...`; such a connection then carries credentials of this
/// organization only. Whether the certificate is valid has been seen to when the connection was made.
@Component
public final class ClientCertificates {

	private final boolean asked;

	private final List<PathPattern> required;

	ClientCertificates(TlsSettings settings, ServerProperties server) {
		Ssl ssl = server.getSsl();
		this.asked = ssl != null && ssl.getClientAuth() != null && ssl.getClientAuth() != Ssl.ClientAuth.NONE;
		this.required = settings.certificatePaths().stream().map(PathPatternParser.defaultInstance::parse).toList();
	}

	/// Checks the certificate of the connection against the caller.
	///
	/// @throws ClientCertificateFailure if there must be one and is none, or it is another organization's
	public void check(ServerWebExchange exchange, Principal principal) {
		if (!this.asked && this.required.isEmpty()) {
			return;
		}
		X509Certificate certificate = certificate(exchange.getRequest());
		if (certificate == null) {
			if (isRequired(exchange)) {
				throw new ClientCertificateFailure.Required();
			}
		}
		else if (principal.organization() != null && !principal.organization().equals(commonName(certificate))) {
			throw new ClientCertificateFailure.Mismatch();
		}
	}

	private boolean isRequired(ServerWebExchange exchange) {
		return this.required.stream()
				.anyMatch((pattern) -> pattern.matches(exchange.getRequest().getPath().pathWithinApplication()));
	}

	private static @Nullable X509Certificate certificate(ServerHttpRequest request) {
		SslInfo ssl = request.getSslInfo();
		X509Certificate[] chain = (ssl != null) ? ssl.getPeerCertificates() : null;
		return (chain != null && chain.length > 0) ? chain[0] : null;
	}

	private static @Nullable Object commonName(X509Certificate certificate) {
		try {
			return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()
					.stream()
					.filter((part) -> "CN".equalsIgnoreCase(part.getType()))
					.map((part) -> part.getValue())
					.findFirst()
					.orElse(null);
		}
		catch (InvalidNameException ex) {
			return null;
		}
	}

}
