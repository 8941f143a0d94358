package io.billwright.gateway.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Looks at the operator's file, and takes over what has changed: first every part checks what concerns it, and only when none
/// has anything to say against it does any of them change. A file that is refused leaves everything as it was.
///
/// `GET /actuator/configuration` on the management port tells what is in use, `POST` looks at the file now.
@Component
@Endpoint(id = "configuration")
class Reload implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Reload.class);

	private static final int REFUSED = 422;

	private final ReloadSettings settings;

	private final ConfigurableEnvironment environment;

	private final ObjectProvider<Reloadable> parts;

	private final Clock clock;

	private final Counter taken;

	private final Counter refused;

	private byte[] seen = {};

	private volatile State state;

	private volatile Disposable watch = Disposables.disposed();

	Reload(ReloadSettings settings, ConfigurableEnvironment environment, ObjectProvider<Reloadable> parts, Clock clock,
			MeterRegistry meters) throws IOException {
		this.settings = settings;
		this.environment = environment;
		this.parts = parts;
		this.clock = clock;
		this.taken = counter(meters, "taken");
		this.refused = counter(meters, "refused");
		Path file = settings.path();
		this.seen = (file != null) ? Files.readAllBytes(file) : new byte[0];
		this.state = new State(version(this.seen), clock.instant(), List.of());
		meters.gauge("billwright.gateway.configuration.version", this, (reload) -> version(reload.state));
	}

	@Override
	public void start() {
		logger.info("Configuration {} is in use", this.state.version());
		if (this.settings.path() != null) {
			this.watch = Flux.interval(this.settings.refresh(), Schedulers.boundedElastic())
					.onBackpressureDrop()
					.subscribe((tick) -> look());
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

	/// What is in use, and what is wrong with a newer one.
	@ReadOperation
	State state() {
		return this.state;
	}

	/// Looks at the file now: 200 when what it says is in use, or else 422.
	@WriteOperation
	Mono<WebEndpointResponse<State>> reload() {
		return Mono.fromCallable(() -> {
			look();
			return new WebEndpointResponse<>(this.state,
					this.state.problems().isEmpty() ? WebEndpointResponse.STATUS_OK : REFUSED);
		}).subscribeOn(Schedulers.boundedElastic());
	}

	private synchronized void look() {
		Path file = this.settings.path();
		try {
			byte[] content = (file != null) ? Files.readAllBytes(file) : this.seen;
			if (!Arrays.equals(content, this.seen)) {
				this.seen = content;
				consider(content);
			}
		}
		catch (IOException ex) {
			logger.warn("The configuration cannot be read: {}", ex.toString());
		}
	}

	private void consider(byte[] content) {
		Set<String> problems = new LinkedHashSet<>();
		List<Runnable> changes = new ArrayList<>();
		PropertySource<?> source = prepare(content, changes, problems);
		if (source == null || !problems.isEmpty()) {
			this.refused.increment();
			this.state = new State(this.state.version(), this.state.since(), List.copyOf(problems));
			logger.error("Configuration {} is refused, and {} stays in use:\n- {}", version(content),
					this.state.version(),
					String.join("\n- ", problems));
			return;
		}
		this.environment.getPropertySources().replace(ConfigurationFile.NAME, source);
		changes.forEach(Runnable::run);
		this.taken.increment();
		this.state = new State(version(content), this.clock.instant(), List.of());
		logger.info("Configuration {} is in use", this.state.version());
	}

	private @Nullable PropertySource<?> prepare(byte[] content, List<Runnable> changes, Set<String> problems) {
		try {
			PropertySource<?> source = ConfigurationFile.read(content);
			MutablePropertySources sources = new MutablePropertySources(this.environment.getPropertySources());
			sources.replace(ConfigurationFile.NAME, source);
			Binder binder = new Binder(ConfigurationPropertySources.from(sources),
					new PropertySourcesPlaceholdersResolver(sources));
			this.parts.orderedStream().forEach((part) -> prepare(part, binder, changes, problems));
			return source;
		}
		catch (IllegalArgumentException ex) {
			problems.add(String.valueOf(ex.getMessage()));
			return null;
		}
	}

	private static void prepare(Reloadable part, Binder binder, List<Runnable> changes, Set<String> problems) {
		try {
			changes.add(part.prepare(binder));
		}
		catch (RuntimeException ex) {
			problems.add(explain(ex));
		}
	}

	/// The framework tells what it was about to do; what was wrong with it stands below.
	private static String explain(Throwable failure) {
		StringBuilder text = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			text.append(text.isEmpty() ? "" : ": ").append(cause.getMessage());
		}
		return text.toString();
	}

	private static Counter counter(MeterRegistry meters, String outcome) {
		return Counter.builder("billwright.gateway.configuration.changes")
				.description("Changes of the configuration file")
				.tag("outcome", outcome)
				.register(meters);
	}

	private static String version(byte[] content) {
		CRC32 sum = new CRC32();
		sum.update(content);
		return "%08x".formatted(sum.getValue());
	}

	private static double version(State state) {
		return Long.parseLong(state.version(), 16);
	}

	/// What is in use.
	///
	/// @param version of the file, CRC-32
	/// @param since when
	/// @param problems of a newer one that was refused
	record State(String version, Instant since, List<String> problems) {}

}
