package io.billwright.platform.idempotency;

import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;

import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.tenancy.Columns;

/// The answers that were recorded for the current tenant. Every method needs a transaction.
final class IdempotencyRecords {

	private final DatabaseClient database;

	private final JsonMapper mapper;

	IdempotencyRecords(DatabaseClient database, JsonMapper mapper) {
		this.database = database;
		this.mapper = mapper;
	}

	/// Holds the key until the transaction ends, or fails with [IdempotencyFailure.InProgress].
	Mono<Void> lock(IdempotencyKey key) {
		return this.database.sql("SELECT pg_try_advisory_xact_lock($1)")
				.bind(0, key.lock())
				.map((row) -> Boolean.TRUE.equals(row.get(0, Boolean.class)))
				.one()
				.filter(Boolean::booleanValue)
				.switchIfEmpty(Mono.error(IdempotencyFailure.InProgress::new))
				.then();
	}

	/// The recorded answer, or nothing; fails with [IdempotencyFailure.KeyReused] where it answered another request.
	Mono<StoredAnswer> find(IdempotencyKey key, byte[] requestHash) {
		return this.database.sql("SELECT request_hash, answer FROM idempotency_record WHERE key_hash = $1")
				.bind(0, key.hash())
				.map((row) -> new Row(Columns.required(row, "request_hash", byte[].class),
						Columns.required(row, "answer", byte[].class)))
				.one()
				.map((row) -> row.answerTo(requestHash, key, this.mapper));
	}

	Mono<Void> save(IdempotencyKey key, byte[] requestHash, StoredAnswer answer) {
		return this.database.sql("""
				INSERT INTO idempotency_record (key_hash, request_hash, status, answer) VALUES ($1, $2, $3, $4)""")
				.bind(0, key.hash())
				.bind(1, requestHash)
				.bind(2, answer.status())
				.bind(3, key.encrypt(this.mapper.writeValueAsBytes(answer)))
				.then();
	}

	/// Deletes a batch of what was recorded before an instant, of all tenants; emits how many. Above tenants rows cannot be
	/// locked without a policy for changing them, so two instances at once wait for each other.
	Mono<Long> deleteBefore(Instant instant, int limit) {
		return this.database.sql("""
				DELETE FROM idempotency_record WHERE ctid = ANY (ARRAY(
					SELECT ctid FROM idempotency_record WHERE created_at < $1 ORDER BY created_at LIMIT $2))""")
				.bind(0, instant.atOffset(ZoneOffset.UTC))
				.bind(1, limit)
				.fetch()
				.rowsUpdated();
	}

	private record Row(byte[] requestHash, byte[] answer) {

		StoredAnswer answerTo(byte[] otherHash, IdempotencyKey key, JsonMapper mapper) {
			if (!MessageDigest.isEqual(this.requestHash, otherHash)) {
				throw new IdempotencyFailure.KeyReused();
			}
			return mapper.readValue(key.decrypt(this.answer), StoredAnswer.class);
		}

	}

}
