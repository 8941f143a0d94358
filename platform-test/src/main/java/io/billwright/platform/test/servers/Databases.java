package io.billwright.platform.test.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// Creates databases the way every service expects to find them: two roles, extensions, default privileges.
///
/// `billwright_owner` owns databases and tables and runs the migrations; `billwright_app` is what the services use: it
/// owns nothing and cannot bypass row-level security. Everything here may be repeated.
///
/// @param serverUrl JDBC address of the server up to and including the last slash
/// @param admin a role that may create roles, databases and extensions
public record Databases(String serverUrl, String admin, String adminPassword) {

	/// Owns databases and tables.
	public static final String OWNER = "billwright_owner";

	/// Reads and writes rows.
	public static final String APP = "billwright_app";

	private static final List<String> EXTENSIONS = List.of("pg_trgm", "unaccent", "btree_gin", "btree_gist",
			"pgcrypto");

	/// The databases of an embedded server.
	public static Databases of(PostgresServer server) {
		return new Databases(server.jdbcUrl(""), PostgresServer.ADMIN, server.password());
	}

	/// Creates both roles, or gives them these passwords where they exist.
	public void createRoles(String ownerPassword, String appPassword) {
		execute("postgres", role(OWNER, ownerPassword), role(APP, appPassword));
	}

	/// Creates a database with its extensions and privileges; completes one that was created half.
	public void create(String name) {
		if (!exists(name)) {
			execute("postgres", "CREATE DATABASE %s OWNER %s".formatted(name, OWNER));
		}
		execute(name, EXTENSIONS.stream().map("CREATE EXTENSION IF NOT EXISTS %s"::formatted).toArray(String[]::new));
		execute(name, "ALTER SCHEMA public OWNER TO " + OWNER, "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(name),
				"GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s".formatted(name, APP),
				"GRANT USAGE ON SCHEMA public TO " + APP,
				defaults("SELECT, INSERT, UPDATE, DELETE ON TABLES"), defaults("USAGE ON SEQUENCES"));
	}

	private static String role(String name, String password) {
		return """
				DO $do$ BEGIN
					IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN CREATE ROLE %1$s; END IF;
					ALTER ROLE %1$s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '%2$s';
				END $do$""".formatted(name, password.replace("'", "''"));
	}

	private static String defaults(String privileges) {
		return "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public GRANT %s TO %s".formatted(OWNER, privileges, APP);
	}

	private boolean exists(String name) {
		try (Connection connection = connect("postgres");
				Statement statement = connection.createStatement();
				ResultSet found = statement
						.executeQuery("SELECT FROM pg_database WHERE datname = '%s'".formatted(name))) {
			return found.next();
		}
		catch (SQLException exception) {
			throw failure("postgres", exception);
		}
	}

	private void execute(String database, String... statements) {
		try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException exception) {
			throw failure(database, exception);
		}
	}

	private Connection connect(String database) throws SQLException {
		return DriverManager.getConnection(this.serverUrl + database, this.admin, this.adminPassword);
	}

	private ServerFailure failure(String database, SQLException exception) {
		return new ServerFailure("Database %s%s cannot be set up: %s".formatted(this.serverUrl, database,
				exception.getMessage()), exception);
	}

}
