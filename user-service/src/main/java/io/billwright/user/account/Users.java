package io.billwright.user.account;

import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.user.system.RowStatement;

/// The users. An organization's transaction reads its members only; the other methods want work above organizations.
@Component
public class Users {

	private final DatabaseClient client;

	Users(DatabaseClient client) {
		this.client = client;
	}

	/// The user, or empty.
	public Mono<User> find(UserId id) {
		return this.client.sql("SELECT * FROM users WHERE id = :id")
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toUser);
	}

	/// The user; fails with [NotFound], also for one who was erased.
	public Mono<User> require(UserId id) {
		return find(id).filter((user) -> !user.erased())
				.switchIfEmpty(Mono.error(() -> new NotFound("user", id.text())));
	}

	/// The user, until the transaction ends nobody else's to change; fails with [NotFound], also for one who was erased.
	public Mono<User> requireForUpdate(UserId id) {
		return this.client.sql("SELECT * FROM users WHERE id = :id FOR UPDATE")
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toUser)
				.filter((user) -> !user.erased())
				.switchIfEmpty(Mono.error(() -> new NotFound("user", id.text())));
	}

	/// Those of the users that can be seen.
	public Flux<User> findAll(Collection<UserId> ids) {
		return this.client.sql("SELECT * FROM users WHERE id = ANY(:ids)")
				.bind("ids", ids.stream().map(UserId::value).toArray(UUID[]::new))
				.mapProperties(Row.class)
				.all()
				.map(Row::toUser);
	}

	/// The user with the address, or empty.
	public Mono<User> findByEmail(EmailAddress email) {
		return this.client.sql("SELECT * FROM users WHERE email = :email")
				.bind("email", email.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toUser);
	}

	/// Adds a user; `false` where the address is taken.
	public Mono<Boolean> add(User user) {
		return RowStatement.of(this.client, """
				INSERT INTO users (id, version, email, name, password_hash, email_verified_at, created_at, updated_at)
				VALUES (:id, :version, :email, :name, :passwordHash, :emailVerifiedAt, :createdAt, :updatedAt)
				ON CONFLICT (email) DO NOTHING""", Row.of(user))
				.fetch()
				.rowsUpdated()
				.map((count) -> count == 1);
	}

	/// Saves a changed user and emits it with its next version; fails with [ChangedMeanwhile].
	public Mono<User> save(User user) {
		return RowStatement.of(this.client, """
				UPDATE users SET version = version + 1, email = :email, name = :name, password_hash = :passwordHash,
					email_verified_at = :emailVerifiedAt, updated_at = :updatedAt
				WHERE id = :id AND version = :version RETURNING *""", Row.of(user))
				.mapProperties(Row.class)
				.one()
				.map(Row::toUser)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("user")));
	}

	record Row(UUID id, long version, @Nullable String email, @Nullable String name, @Nullable String passwordHash,
			@Nullable Instant emailVerifiedAt, Instant createdAt, Instant updatedAt) {

		static Row of(User user) {
			return new Row(user.id().value(), user.version(), (user.email() != null) ? user.email().value() : null,
					user.name(), user.passwordHash(), user.emailVerifiedAt(), user.createdAt(), user.updatedAt());
		}

		User toUser() {
			return new User(new UserId(this.id), this.version,
					(this.email != null) ? new EmailAddress(this.email) : null, this.name, this.passwordHash,
					this.emailVerifiedAt, this.createdAt, this.updatedAt);
		}

	}

}
