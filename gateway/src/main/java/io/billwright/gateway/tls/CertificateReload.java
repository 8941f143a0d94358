package io.billwright.gateway.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Gives new connections what is in the certificate files now. Files that cannot be used are reported once and the
/// connections get what they got before.
///
/// Spring Boot's own reload listens for events of the file system, which a network volume does not send, and reports a
/// pair that does not belong together with a stack trace and no metric.
@Component
class CertificateReload implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, SmartLifecycle {

	/// The name under which the certificate is found in Spring Boot's metrics, `ssl_chain_expiry_seconds{bundle}`.
	private static final String BUNDLE = "edge";

	private static final Logger logger = LoggerFactory.getLogger(CertificateReload.class);

	private final TlsSettings settings;

	private final SslBundleRegistry registry;

	private final SslBundles bundles;

	private final Counter taken;

	private final Counter refused;

	private @Nullable CertificateFiles files;

	private CertificateFiles.@Nullable Content current;

	private String trouble = "";

	private volatile Disposable watch = Disposables.disposed();

	CertificateReload(TlsSettings settings, SslBundleRegistry registry, SslBundles bundles, MeterRegistry meters) {
		this.settings = settings;
		this.registry = registry;
		this.bundles = bundles;
		this.taken = counter(meters, "taken");
		this.refused = counter(meters, "refused");
	}

	/// Key stores and bundles that the operator has named are left to Spring Boot.
	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		Ssl ssl = factory.getSsl();
		if (!Ssl.isEnabled(ssl) || ssl.getBundle() != null || !StringUtils.hasText(ssl.getCertificate())) {
			return;
		}
		Assert.state(ssl.getClientAuth() == null || ssl.getClientAuth() == Ssl.ClientAuth.NONE
				|| StringUtils.hasText(ssl.getTrustCertificate()),
				"server.ssl.client-auth: needs server.ssl.trust-certificate, or every public authority could vouch for a client");
		CertificateFiles found = new CertificateFiles(ssl);
		CertificateFiles.Content content = found.read();
		this.registry.registerBundle(BUNDLE, found.bundle(content));
		this.files = found;
		this.current = content;
		ssl.setBundle(BUNDLE);
		factory.setSslBundles(this.bundles);
	}

	@Override
	public void start() {
		CertificateFiles watched = this.files;
		if (watched != null) {
			this.watch = Flux.interval(this.settings.reload(), Schedulers.boundedElastic())
					.onBackpressureDrop()
					.subscribe((tick) -> look(watched));
		}
	}

	@Override
	public void stop() {
		this.watch.dispose();
	}

	@Override
	public boolean isRunning() {
		return !this.watch.isDisposed();
	}

	private void look(CertificateFiles watched) {
		try {
			CertificateFiles.Content found = watched.read();
			if (this.current == null || !found.is(this.current)) {
				this.registry.updateBundle(BUNDLE, watched.bundle(found));
				this.current = found;
				this.taken.increment();
				logger.info("New connections get the certificate that is valid until {}",
						found.chain().getFirst().getNotAfter().toInstant());
			}
			this.trouble = "";
		}
		catch (RuntimeException ex) {
			report(String.valueOf(ex.getMessage()));
		}
	}

	private void report(String found) {
		if (!found.equals(this.trouble)) {
			this.trouble = found;
			this.refused.increment();
			logger.warn("The certificate files cannot be used, connections go on with the certificate from before: {}",
					found);
		}
	}

	private static Counter counter(MeterRegistry meters, String outcome) {
		return Counter.builder("billwright.gateway.certificate.reloads")
				.description("Changes of the certificate files")
				.tag("outcome", outcome)
				.register(meters);
	}

}
