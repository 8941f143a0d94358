package io.billwright.local;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/// The five services. A new one is a line here.
enum Service {

	GATEWAY("gateway", Setting.GATEWAY_PORT, Setting.GATEWAY_MANAGEMENT_PORT, null),

	USERS("user-service", Setting.USER_SERVICE_PORT, Setting.USER_SERVICE_MANAGEMENT_PORT, "users"),

	INVOICES("invoice-service", Setting.INVOICE_SERVICE_PORT, Setting.INVOICE_SERVICE_MANAGEMENT_PORT, "invoices"),

	ANALYTICS("analytics-service", Setting.ANALYTICS_SERVICE_PORT, Setting.ANALYTICS_SERVICE_MANAGEMENT_PORT,
			"analytics_0"),

	SEARCH("search-service", Setting.SEARCH_SERVICE_PORT, Setting.SEARCH_SERVICE_MANAGEMENT_PORT, "search");

	/// The databases that usage is spread over; the first is analytics-service's own.
	static final List<String> SHARDS = List.of("analytics_0", "analytics_1", "analytics_2", "analytics_3");

	private final String id;

	private final Setting port;

	private final Setting managementPort;

	private final @Nullable String database;

	Service(String id, Setting port, Setting managementPort, @Nullable String database) {
		this.id = id;
		this.port = port;
		this.managementPort = managementPort;
		this.database = database;
	}

	/// The databases of all of them.
	static List<String> databases() {
		return Stream.concat(Arrays.stream(values()).flatMap((service) -> service.database().stream()), SHARDS.stream())
				.distinct()
				.toList();
	}

	/// The name of its module, log and process.
	String id() {
		return this.id;
	}

	Setting port() {
		return this.port;
	}

	Setting managementPort() {
		return this.managementPort;
	}

	Optional<String> database() {
		return Optional.ofNullable(this.database);
	}

}
