package io.billwright.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.PostgresServer;
import io.billwright.platform.test.servers.RedisServer;
import io.billwright.platform.test.servers.Server;

/// Who is told which address and which secret.
///
/// @param root the project's root with the services' jars
record Wiring(Settings settings, Secrets secrets, Path root) {

	private static final String VERSION = "0.1.0-SNAPSHOT";

	/// The servers to start here: those for which no external one is named.
	List<Server> servers() {
		List<Server> servers = new ArrayList<>();
		if (this.settings.external(Setting.POSTGRES_URL).isEmpty()) {
			servers.add(postgres());
		}
		if (this.settings.external(Setting.REDIS_URL).isEmpty()) {
			servers.add(redis());
		}
		if (this.settings.external(Setting.KAFKA_BOOTSTRAP_SERVERS).isEmpty()) {
			servers.add(new KafkaProcess(data("kafka"), this.settings.cache().resolve("kafka.jsa"),
					this.settings.port(Setting.KAFKA_PORT), this.settings.port(Setting.KAFKA_CONTROLLER_PORT)));
		}
		return servers;
	}

	Databases databases() {
		return this.settings.external(Setting.POSTGRES_URL)
				.map(External::databases)
				.orElseGet(() -> Databases.of(postgres()));
	}

	List<ServiceProcess> services() {
		return Arrays.stream(Service.values()).map(this::service).toList();
	}

	private ServiceProcess service(Service service) {
		Path jar = this.root.resolve("%1$s/target/%1$s-%2$s.jar".formatted(service.id(), VERSION));
		return new ServiceProcess(ServiceImage.of(service.id(), jar, this.settings.cache()), jar,
				this.settings.port(service.port()), this.settings.port(service.managementPort()),
				this.settings.text(Setting.SERVICE_HEAP), environment(service));
	}

	private Map<String, String> environment(Service service) {
		Map<String, String> environment = new HashMap<>();
		environment.put("SERVER_PORT", this.settings.text(service.port()));
		environment.put("MANAGEMENT_SERVER_PORT", this.settings.text(service.managementPort()));
		environment.put("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
		environment.put("SPRING_DATA_REDIS_URL",
				this.settings.external(Setting.REDIS_URL).map(External::redis).orElseGet(() -> redis().url(0)));
		environment.put("BILLWRIGHT_PASSPORT_PUBLIC_KEYS", this.secrets.passportPublicKey().toString());
		// Whoever owns data speaks through topics; the gateway does neither.
		service.database().ifPresent((database) -> {
			environment.putAll(databaseEnvironment(database));
			environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka());
			// There is no network on which a service that lives could be silent.
			environment.put("BILLWRIGHT_MESSAGING_CONSUMER_SESSIONTIMEOUT", "10s");
		});
		environment.putAll(ownEnvironment(service));
		return environment;
	}

	private Map<String, String> databaseEnvironment(String database) {
		String jdbc = databases().serverUrl() + database;
		return Map.of("SPRING_R2DBC_URL", jdbc.replaceFirst("^jdbc:", "r2dbc:"), "SPRING_R2DBC_USERNAME", Databases.APP,
				"SPRING_R2DBC_PASSWORD", this.secrets.appPassword(), "SPRING_FLYWAY_URL", jdbc, "SPRING_FLYWAY_USER",
				Databases.OWNER, "SPRING_FLYWAY_PASSWORD", this.secrets.ownerPassword());
	}

	private Map<String, String> ownEnvironment(Service service) {
		return switch (service) {
			case GATEWAY -> gatewayEnvironment();
			case USERS -> Map.of("SERVER_ADDRESS", "127.0.0.1", "BILLWRIGHT_TOKENS_PRIVATE_KEY",
					this.secrets.tokensPrivateKey().toString(), "SPRING_MAIL_HOST", "127.0.0.1", "SPRING_MAIL_PORT",
					this.settings.text(Setting.SMTP_PORT), "BILLWRIGHT_USERS_LOGINBEFOREVERIFICATION", "true",
					"BILLWRIGHT_USERS_SEALING_KEYS", this.secrets.sealingKey().toString(),
					"BILLWRIGHT_USERS_OPERATOR_KEYSHA256", this.secrets.operatorApiKeyHash(),
					// One's own machine is no place for the limits of a free plan, and where webhooks are tried out.
					"BILLWRIGHT_USERS_PLAN", "standard", "BILLWRIGHT_USERS_WEBHOOKS_SENDING_HTTP", "true",
					"BILLWRIGHT_USERS_WEBHOOKS_SENDING_ALLOWEDNETWORKS", "127.0.0.0/8,::1/128");
			case ANALYTICS -> Map.of("SERVER_ADDRESS", "127.0.0.1", "BILLWRIGHT_USAGE_SHARDS",
					String.join(",", Service.SHARDS));
			case INVOICES, SEARCH -> Map.of("SERVER_ADDRESS", "127.0.0.1");
		};
	}

	private Map<String, String> gatewayEnvironment() {
		Map<String, String> environment = new HashMap<>();
		environment.put("BILLWRIGHT_PASSPORT_PRIVATE_KEY", this.secrets.passportPrivateKey().toString());
		environment.put("BILLWRIGHT_GATEWAY_TLS_CERTIFICATE", this.secrets.gatewayCertificate().toString());
		environment.put("BILLWRIGHT_GATEWAY_TLS_PRIVATE_KEY", this.secrets.gatewayPrivateKey().toString());
		environment.put("BILLWRIGHT_GATEWAY_HTTP_PORT", this.settings.text(Setting.GATEWAY_HTTP_PORT));
		// An environment variable cannot spell the dashes of a route's name.
		environment.put("SPRING_APPLICATION_JSON", Arrays.stream(Service.values())
				.filter((upstream) -> upstream != Service.GATEWAY)
				.map((upstream) -> "\"billwright.gateway.routes.%s.url\":\"http://127.0.0.1:%s\"".formatted(
						upstream.id(),
						this.settings.text(upstream.port())))
				.collect(Collectors.joining(",", "{", "}")));
		return environment;
	}

	private String kafka() {
		return this.settings.external(Setting.KAFKA_BOOTSTRAP_SERVERS)
				.map(External::kafka)
				.orElseGet(() -> "127.0.0.1:" + this.settings.port(Setting.KAFKA_PORT));
	}

	private PostgresServer postgres() {
		return new PostgresServer(data("postgres"), this.settings.port(Setting.POSTGRES_PORT),
				this.secrets.adminPassword(), Durability.DURABLE);
	}

	private RedisServer redis() {
		return new RedisServer(data("redis"), this.settings.port(Setting.REDIS_PORT), Durability.DURABLE);
	}

	private Path data(String server) {
		return this.settings.directory().resolve("data").resolve(server);
	}

}
