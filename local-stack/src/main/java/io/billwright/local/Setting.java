package io.billwright.local;

import java.util.Locale;

/// Everything that can be set. A setting `KAFKA_PORT` is the flag `--kafka-port` or the environment variable
/// `BILLWRIGHT_KAFKA_PORT`; the flag wins.
public enum Setting {

	/// Where data, logs, secrets and mails are kept.
	DIRECTORY(".billwright"),

	/// Where unpacked services and their start-up caches are kept; empty is `cache` below the directory.
	CACHE(""),

	/// An external PostgreSQL instead of the embedded one: `postgresql://admin:password@host:port`.
	POSTGRES_URL(""),

	/// An external Redis instead of the embedded one: `redis://[user:password@]host:port[/database]`.
	REDIS_URL(""),

	/// An external Kafka instead of the embedded one: `host:port[,host:port]`.
	KAFKA_BOOTSTRAP_SERVERS(""),

	/// TCP port of PostgreSQL.
	POSTGRES_PORT("15432"),

	/// TCP port of Redis.
	REDIS_PORT("16379"),

	/// TCP port of Kafka.
	KAFKA_PORT("19092"),

	/// TCP port of Kafka's controller.
	KAFKA_CONTROLLER_PORT("19093"),

	/// TCP port that takes mails and keeps them as files.
	SMTP_PORT("11025"),

	/// TCP port of the public HTTPS API.
	GATEWAY_PORT("8443"),

	/// TCP port of the same API over plain HTTP, on loopback only.
	GATEWAY_HTTP_PORT("8080"),

	/// TCP port of user-service.
	USER_SERVICE_PORT("8081"),

	/// TCP port of invoice-service.
	INVOICE_SERVICE_PORT("8082"),

	/// TCP port of analytics-service.
	ANALYTICS_SERVICE_PORT("8083"),

	/// TCP port of search-service.
	SEARCH_SERVICE_PORT("8084"),

	/// TCP port for the gateway's health and metrics.
	GATEWAY_MANAGEMENT_PORT("9080"),

	/// TCP port for user-service's health and metrics.
	USER_SERVICE_MANAGEMENT_PORT("9081"),

	/// TCP port for invoice-service's health and metrics.
	INVOICE_SERVICE_MANAGEMENT_PORT("9082"),

	/// TCP port for analytics-service's health and metrics.
	ANALYTICS_SERVICE_MANAGEMENT_PORT("9083"),

	/// TCP port for search-service's health and metrics.
	SEARCH_SERVICE_MANAGEMENT_PORT("9084"),

	/// Largest heap of each service, with the JVM's unit letter.
	SERVICE_HEAP("256m"),

	/// How long a server or service may take until it is healthy, in seconds.
	START_TIMEOUT("300"),

	/// Whether start-up caches are made at the first start of a new build: `true` or `false`.
	START_CACHE("true");

	private final String defaultValue;

	Setting(String defaultValue) {
		this.defaultValue = defaultValue;
	}

	String defaultValue() {
		return this.defaultValue;
	}

	String flag() {
		return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	String variable() {
		return "BILLWRIGHT_" + name();
	}

	boolean isPort() {
		return name().endsWith("_PORT");
	}

}
