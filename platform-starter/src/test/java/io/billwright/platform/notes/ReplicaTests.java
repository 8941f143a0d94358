package io.billwright.platform.notes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.util.FileSystemUtils;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.caching.Caches;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.lifecycle.SecondInstance;
import io.billwright.platform.tenancy.FromPrimary;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.Durability;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Two databases of which the second never hears of the first: so each answer tells which one gave it.
@PlatformTest(classes = NotesApplication.class)
class ReplicaTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String NOTE = """
			{"title": "of the primary", "price": {"amount": "1.00", "currency": "EUR"}}""";

	private final Passport owner = Passports.user(Passports.freshId("org"), "notes:read", "notes:write");

	@Autowired
	private ConfigurableEnvironment environment;

	@TempDir
	private Path directory;

	/// The last one first: a standby before its primary.
	private final Deque<ChildProcess> processes = new ArrayDeque<>();

	private ConfigurableApplicationContext instance;

	@AfterEach
	void stop() {
		if (this.instance != null) {
			this.instance.close();
		}
		this.processes.forEach(ChildProcess::close);
	}

	@Test
	void readWhenAReplicaIsConfiguredThenFromThereAndWritesAreNot() throws SQLException {
		PostgresServer replica = new PostgresServer(this.directory.resolve("replica"), Ports.free(),
				EmbeddedServers.PASSWORD,
				Durability.THROWAWAY);
		ChildProcess process = start(replica);
		migrate(replica);
		insert(replica, this.owner.organization(), "of the replica");
		insert(replica, Passports.freshId("org"), "of somebody else");
		startService(replica.r2dbcUrl("notes"));

		String location = write();
		assertThat(titles()).containsExactly("of the replica");
		client().get().uri(location).exchange().expectStatus().isNotFound();
		client().patch()
				.uri(location)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue("{\"title\": \"changed\"}")
				.exchange()
				.expectStatus()
				.isOk();
		assertThat(readiness("replica")).isEqualTo("UP");
		assertThat(title().block(LIMIT)).isEqualTo("of the replica");
		assertThat(title().contextWrite(FromPrimary.bind()).block(LIMIT)).isEqualTo("changed");
		assertThat(this.instance.getBean(Caches.class)
				.named("titles", (String key) -> key, String.class)
				.get("any", (key) -> title())
				.contextWrite(tenant().bind())
				.block(LIMIT)).isEqualTo("changed");

		process.kill();
		assertThat(titles()).containsExactly("changed");
		await().atMost(LIMIT).until(() -> readiness("replica"), "DEGRADED"::equals);
		for (int i = 0; i < 20; i++) {
			assertThat(titles()).containsExactly("changed");
		}

		start(replica);
		await().atMost(LIMIT).until(this::titles, List.of("of the replica")::equals);
	}

	@Test
	void readWhenTheReplicaIsSilentThenFromThePrimaryInTime() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			startService("r2dbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/notes");
			write();
			for (int i = 0; i < 5; i++) {
				assertThat(titles()).containsExactly("of the primary");
			}
			long start = System.nanoTime();
			for (int i = 0; i < 10; i++) {
				assertThat(titles()).containsExactly("of the primary");
			}
			assertThat(Duration.ofNanos(System.nanoTime() - start)).as("ten reads with the breaker open")
					.isLessThan(Duration.ofSeconds(4));
		}
	}

	/// What PostgreSQL lets a standby do: the tenant is set, the read is answered, rows arrive.
	@Test
	void readWhenTheReplicaIsAStandbyThenSeesWhatWasWrittenAsItsTenant() throws Exception {
		PostgresServer primary = new PostgresServer(this.directory.resolve("primary"), Ports.free(),
				EmbeddedServers.PASSWORD, Durability.DURABLE);
		PostgresServer standby = new PostgresServer(this.directory.resolve("standby"), Ports.free(),
				EmbeddedServers.PASSWORD, Durability.DURABLE);
		start(primary);
		migrate(primary);
		copy(primary, standby);
		start(standby);
		startService(standby.r2dbcUrl("notes"), "spring.r2dbc.url=" + primary.r2dbcUrl("notes"),
				"spring.flyway.url=" + primary.jdbcUrl("notes"));
		insert(primary, Passports.freshId("org"), "of somebody else");
		write();
		await().atMost(LIMIT).until(this::titles, List.of("of the primary")::equals);
		MeterRegistry meters = this.instance.getBean(MeterRegistry.class);
		assertThat(meters.get("billwright.replica.reads").tag("server", "replica").counter().count()).isPositive();
		assertThat(meters.get("billwright.replica.reads").tag("server", "primary").counter().count()).isZero();
	}

	private void startService(String replicaUrl, String... properties) {
		this.instance = SecondInstance.start(this.environment, NotesApplication.class,
				Stream.concat(Stream.of("billwright.replica.url=" + replicaUrl, "billwright.health.cache=1ms"),
						Stream.of(properties)).toArray(String[]::new));
	}

	/// Makes the second server a standby of the first, which runs.
	private static void copy(PostgresServer primary, PostgresServer standby) throws Exception {
		Path target = standby.directory().resolve("data");
		try (Connection admin = administrator(primary, "postgres"); Statement statement = admin.createStatement()) {
			statement.execute("SELECT pg_backup_start('standby', fast => true)");
			FileSystemUtils.copyRecursively(primary.directory().resolve("data"), target);
			try (ResultSet end = statement.executeQuery("SELECT labelfile FROM pg_backup_stop()")) {
				end.next();
				Files.writeString(target.resolve("backup_label"), end.getString(1));
			}
		}
		Files.delete(target.resolve("postmaster.pid"));
		Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
		Files.createFile(target.resolve("standby.signal"));
		Files.writeString(target.resolve("postgresql.auto.conf"),
				"primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s'%n".formatted(primary.port(),
						EmbeddedServers.PASSWORD));
	}

	private static Connection administrator(PostgresServer server, String database) throws SQLException {
		return DriverManager.getConnection(server.jdbcUrl(database), "postgres", EmbeddedServers.PASSWORD);
	}

	private ChildProcess start(PostgresServer server) {
		ChildProcess process = ChildProcess.start(server, server.directory());
		this.processes.push(process);
		process.awaitReady(server::probe, LIMIT);
		return process;
	}

	private static void migrate(PostgresServer server) {
		Databases databases = Databases.of(server);
		databases.createRoles(EmbeddedServers.PASSWORD, EmbeddedServers.PASSWORD);
		databases.create("notes");
		FluentConfiguration owner = Flyway.configure()
				.dataSource(server.jdbcUrl("notes"), Databases.OWNER, EmbeddedServers.PASSWORD)
				.baselineOnMigrate(true)
				.baselineVersion("0");
		owner.locations("classpath:db/platform").table("flyway_platform_history").load().migrate();
		owner.locations("classpath:db/migration").table("flyway_schema_history").load().migrate();
	}

	private static void insert(PostgresServer server, String organization, String title) throws SQLException {
		try (Connection admin = administrator(server, "notes");
				PreparedStatement insert = admin.prepareStatement("""
						INSERT INTO note (organization_id, live, id, version, title, price_minor, price_currency)
						VALUES (?, true, ?, 1, ?, 100, 'EUR')""")) {
			insert.setObject(1, organization(organization));
			insert.setObject(2, UUID.randomUUID());
			insert.setString(3, title);
			insert.executeUpdate();
		}
	}

	private String write() {
		return client().post()
				.uri("/notes")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(NOTE)
				.exchange()
				.expectStatus()
				.isCreated()
				.returnResult(String.class)
				.getResponseHeaders()
				.getFirst("Location");
	}

	private List<String> titles() {
		return read(client(), "/notes").path("data").valueStream().map((note) -> note.path("title").asString())
				.toList();
	}

	private Mono<String> title() {
		return this.instance.getBean(DatabaseClient.class)
				.sql("SELECT title FROM note")
				.mapValue(String.class)
				.one()
				.as(this.instance.getBean(ReadOnlyTransaction.class)::transactional)
				.contextWrite(tenant().bind());
	}

	private Tenant tenant() {
		return new Tenant(organization(this.owner.organization()), true);
	}

	private static UUID organization(String id) {
		return Ids.parse(OrganizationId.class, id).value();
	}

	private String readiness(String dependency) {
		JsonNode ready = read(client(SecondInstance.managementPort(this.instance)), "/actuator/health/ready");
		return ready.path("components").path(dependency).path("status").asString();
	}

	private static JsonNode read(WebTestClient client, String path) {
		return new JsonMapper().readTree(client.get()
				.uri(path)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.returnResult()
				.getResponseBody());
	}

	private WebTestClient client() {
		return this.owner.on(client(SecondInstance.port(this.instance)));
	}

	private static WebTestClient client(int port) {
		return WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).responseTimeout(LIMIT).build();
	}

}
