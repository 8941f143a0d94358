package io.billwright.user.webhook.sending;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.resolver.HostsFileEntriesResolver;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

import io.billwright.user.webhook.sending.Answer.Result;

/// Posts a signed event. It knows nothing of whoever answers: it follows no redirect, reads the beginning of the answer only,
/// and sends nothing of ours along.
@Component
public class Sender implements DisposableBean {

	private static final Duration IDLE = Duration.ofSeconds(20);

	private static final int PORT_MAX = 65_535;

	private final SendingSettings settings;

	private final Networks networks;

	private final Clock clock;

	private final ConnectionProvider connections;

	private final HttpClient client;

	@Autowired
	Sender(SendingSettings settings, Clock clock) {
		this(settings, HostsFileEntriesResolver.DEFAULT, clock);
	}

	/// @param hosts names that are known without asking anybody
	Sender(SendingSettings settings, HostsFileEntriesResolver hosts, Clock clock) {
		this.settings = settings;
		this.networks = new Networks(settings.allowedNetworks());
		this.clock = clock;
		// How many there are at a time, whoever sends decides; no attempt ever waits for another one's connection.
		this.connections = ConnectionProvider.builder("webhooks")
				.maxConnections(Integer.MAX_VALUE)
				.maxIdleTime(IDLE)
				.evictInBackground(IDLE)
				.disposeInactivePoolsInBackground(IDLE, IDLE.multipliedBy(2))
				.build();
		this.client = HttpClient.create(this.connections)
				.resolver((names) -> names.hostsFileEntriesResolver(hosts)
						.queryTimeout(settings.connectTimeout())
						.dnsAddressResolverGroupProvider(
								(builder) -> new PermittedAddresses(builder, this.networks)))
				.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
				.responseTimeout(settings.timeout())
				.followRedirect(false)
				.disableRetry(true)
				.headers((headers) -> headers.set("Content-Type", "application/json")
						.set("User-Agent", "Billwright-Webhooks/1.0"));
	}

	/// Why no event is ever sent to the URL, or `null` where it may be tried.
	public @Nullable String objection(URI url) {
		if (!speaks(url)) {
			return this.settings.http() ? "must begin with https:// or http://" : "must begin with https://";
		}
		if ((url.getHost() == null) || (url.getPort() == 0) || (url.getPort() > PORT_MAX)) {
			return "must name a host and no impossible port";
		}
		if ((url.getRawUserInfo() != null) || (url.getRawFragment() != null)) {
			return "must have neither a user nor a fragment";
		}
		InetAddress literal = NetUtil.createInetAddressFromIpAddressString(url.getHost());
		return ((literal == null) || this.networks.permit(literal)) ? null : "must be a public address";
	}

	private boolean speaks(URI url) {
		return "https".equalsIgnoreCase(url.getScheme())
				|| (this.settings.http() && "http".equalsIgnoreCase(url.getScheme()));
	}

	/// Sends the event once. Never fails.
	///
	/// @param event its id
	/// @param secrets to sign with, at least one
	public Mono<Answer> send(URI url, String event, String body, List<WebhookSecret> secrets) {
		return Mono.defer(() -> {
			if (!speaks(url)) {
				return Mono.just(Answer.without(Result.ADDRESS_REFUSED, Duration.ZERO));
			}
			long began = System.nanoTime();
			Instant now = this.clock.instant();
			return Mono.fromCallable(() -> Signature.of(event, now, body, secrets))
					.subscribeOn(Schedulers.boundedElastic())
					.flatMap((signature) -> post(url, body, began,
							Map.of("webhook-id", event, "webhook-timestamp", String.valueOf(now.getEpochSecond()),
									"webhook-signature", signature)))
					.timeout(this.settings.timeout())
					.onErrorResume(Exception.class,
							(failure) -> Mono.fromSupplier(() -> Answer.without(result(failure), since(began))));
		});
	}

	private Mono<Answer> post(URI url, String body, long began, Map<String, String> headers) {
		return this.client.headers((all) -> headers.forEach(all::set))
				.post()
				.uri(url)
				.send(ByteBufMono.fromString(Mono.just(body)))
				.response((response, content) -> beginning(content)
						.map((text) -> answer(response, text, since(began))))
				.single();
	}

	/// PostgreSQL keeps no U+0000.
	private Mono<String> beginning(ByteBufFlux content) {
		int limit = Math.toIntExact(this.settings.answer().toBytes());
		return Mono.defer(() -> {
			ByteArrayOutputStream read = new ByteArrayOutputStream();
			return content.asByteArray()
					.doOnNext((part) -> read.write(part, 0, Math.min(part.length, limit - read.size())))
					.takeUntil((part) -> read.size() == limit)
					.then(Mono.fromSupplier(() -> read.toString(StandardCharsets.UTF_8).replace("\0", "")));
		});
	}

	private Answer answer(HttpClientResponse response, String text, Duration duration) {
		int status = response.status().code();
		return new Answer((status / 100 == 2) ? Result.DELIVERED : Result.REFUSED, status, duration, text,
				retryAfter(response.responseHeaders().get("Retry-After")));
	}

	/// Seconds or a date (RFC 9110, 10.2.3).
	private @Nullable Duration retryAfter(@Nullable String text) {
		if (text == null) {
			return null;
		}
		try {
			return text.matches("\\d{1,9}")
					? Duration.ofSeconds(Long.parseLong(text))
					: Duration.between(this.clock.instant(),
							ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
		}
		catch (DateTimeParseException ex) {
			return null;
		}
	}

	private static Result result(Exception failure) {
		Throwable cause = Exceptions.unwrap(failure);
		return switch (cause) {
			case PermittedAddresses.AddressRefused _ -> Result.ADDRESS_REFUSED;
			case UnknownHostException _ -> Result.UNKNOWN_HOST;
			case TimeoutException _ -> Result.TIMEOUT;
			case ReadTimeoutException _ -> Result.TIMEOUT;
			case ConnectTimeoutException _ -> Result.TIMEOUT;
			case SSLException _ -> Result.TLS_FAILED;
			default -> Result.UNREACHABLE;
		};
	}

	private static Duration since(long began) {
		return Duration.ofNanos(System.nanoTime() - began);
	}

	@Override
	public void destroy() {
		this.connections.dispose();
	}

}
