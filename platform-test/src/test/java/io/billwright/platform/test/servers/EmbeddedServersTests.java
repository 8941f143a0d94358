package io.billwright.platform.test.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EmbeddedServersTests {

	@Test
	void postgresWhenStartedThenIsVersion18WithTheExtensions() throws SQLException {
		String database = EmbeddedServers.freshDatabase();
		assertThat(query(database, Databases.APP, "SELECT current_setting('server_version_num')").getFirst())
				.startsWith("18");
		assertThat(query(database, Databases.APP, "SELECT extname FROM pg_extension")).contains("pg_trgm", "unaccent",
				"btree_gin", "btree_gist", "pgcrypto");
	}

	@Test
	void appWhenOwnerMakesATableThenReadsAndWritesButCannotChangeIt() throws SQLException {
		String database = EmbeddedServers.freshDatabase();
		execute(database, Databases.OWNER, "CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY, name text)");
		execute(database, Databases.APP, "INSERT INTO thing (name) VALUES ('x')");
		assertThat(query(database, Databases.APP, "SELECT name FROM thing")).containsExactly("x");
		assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute(database, Databases.APP, "ALTER TABLE thing DISABLE ROW LEVEL SECURITY"))
				.withMessageContaining("must be owner");
		assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> execute(database, Databases.APP, "CREATE TABLE other (id bigint)"))
				.withMessageContaining("permission denied");
	}

	@Test
	void appWhenLoggedInThenCannotBypassRowLevelSecurity() throws SQLException {
		assertThat(query(EmbeddedServers.freshDatabase(), Databases.APP,
				"SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"))
				.containsExactly("f");
	}

	@Test
	void databaseWhenCreatedTwiceThenIsComplete() throws SQLException {
		String database = EmbeddedServers.freshDatabase();
		Databases.of(EmbeddedServers.postgres()).create(database);
		assertThat(query(database, Databases.APP, "SELECT 1")).containsExactly("1");
	}

	@Test
	void redisWhenStartedThenAnswers() throws Exception {
		EmbeddedServers.redis().probe();
		assertThat(EmbeddedServers.freshRedisUrl()).isNotEqualTo(EmbeddedServers.freshRedisUrl());
	}

	@Test
	void kafkaWhenStartedThenAcknowledgesRecords() throws Exception {
		Map<String, Object> settings = Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers());
		KafkaBroker.probe(EmbeddedServers.kafka().bootstrapServers());
		try (Admin admin = Admin.create(settings)) {
			admin.createTopics(List.of(new NewTopic("things", Optional.of(2), Optional.empty())))
					.all()
					.get(20, TimeUnit.SECONDS);
		}
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(),
				new StringSerializer())) {
			assertThat(producer.send(new ProducerRecord<>("things", "key", "value")).get(20, TimeUnit.SECONDS).offset())
					.isZero();
		}
	}

	private static void execute(String database, String role, String sql) throws SQLException {
		try (Connection connection = connect(database, role); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static List<String> query(String database, String role, String sql) throws SQLException {
		try (Connection connection = connect(database, role);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<String> values = new ArrayList<>();
			while (rows.next()) {
				values.add(rows.getString(1));
			}
			return values;
		}
	}

	private static Connection connect(String database, String role) throws SQLException {
		return DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(database), role,
				EmbeddedServers.PASSWORD);
	}

}
