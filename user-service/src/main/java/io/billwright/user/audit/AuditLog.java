package io.billwright.user.audit;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.secret.Secrets;

/// Writes the audit trail, in the transaction of the change. Entries of one organization are written one after the
/// other: the head's row lock is held until the transaction ends, so record the change last.
@Component
public class AuditLog {

	private static final int SALT_BYTES = 16;

	private final DatabaseClient client;

	private final Clock clock;

	AuditLog(DatabaseClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/// Records what the current caller did.
	public Mono<Void> record(Change change) {
		return Mono.deferContextual((context) -> {
			Caller caller = Caller.require(context);
			return append(context, caller.kind().claim(), caller.principal(), change);
		});
	}

	/// Records what a user did who was not logged in when the request began.
	public Mono<Void> recordBy(String user, Change change) {
		return Mono.deferContextual((context) -> append(context, "user", user, change));
	}

	/// Records what the platform did by itself.
	public Mono<Void> recordByPlatform(Change change) {
		return Mono.deferContextual(
				(context) -> append(context, CallerKind.SERVICE.claim(), "user-service", change));
	}

	/// Forgets from where somebody did what they did; the entries stay and their chain holds. Work above organizations.
	public Mono<Void> forgetOrigins(String actor) {
		return this.client.sql("DELETE FROM audit_origins WHERE actor = :actor").bind("actor", actor).then();
	}

	private Mono<Void> append(ContextView context, String actorKind, String actor, Change change) {
		Tenant tenant = Tenant.require(context);
		Client origin = Client.of(context);
		String salt = HexFormat.of().formatHex(Secrets.bytes(SALT_BYTES));
		return nextHead().flatMap((head) -> insert(new AuditEntry(tenant.organizationId(), head.sequence(), Ids.next(),
				this.clock.instant().truncatedTo(ChronoUnit.MICROS), actorKind, actor, change, origin.requestId(),
				AuditEntry.originHash(salt, origin)), head.hash(), origin, salt));
	}

	/// Takes the next sequence number, and the hash of the entry that has the number before it.
	private Mono<Head> nextHead() {
		return this.client.sql("""
				INSERT INTO audit_heads (sequence, hash) VALUES (1, :nothing)
				ON CONFLICT (organization_id) DO UPDATE SET sequence = audit_heads.sequence + 1
				RETURNING sequence, hash""").bind("nothing", AuditEntry.NOTHING).mapProperties(Head.class).one();
	}

	private Mono<Void> insert(AuditEntry entry, String previousHash, Client origin, String salt) {
		return this.client.sql("""
				WITH entry AS (
					INSERT INTO audit_entries (sequence, id, occurred_at, actor_kind, actor, action, resource, details,
						request_id, origin_hash, hash)
					VALUES (:sequence, :id, :occurredAt, :actorKind, :actor, :action, :resource, :details, :requestId,
						:originHash, :hash)
				), origin AS (
					INSERT INTO audit_origins (sequence, actor, ip, user_agent, salt)
					VALUES (:sequence, :actor, :ip, :userAgent, :salt)
				)
				UPDATE audit_heads SET hash = :hash WHERE organization_id = app_organization()""")
				.bind("sequence", entry.sequence())
				.bind("id", entry.id())
				.bind("occurredAt", entry.occurredAt())
				.bind("actorKind", entry.actorKind())
				.bind("actor", entry.actor())
				.bind("action", entry.change().action())
				.bind("resource", entry.change().resource())
				.bind("details", AuditEntry.detailsJson(entry.change().details()))
				.bind("requestId", text(entry.requestId()))
				.bind("originHash", entry.originHash())
				.bind("hash", entry.seal(previousHash))
				.bind("ip", text(origin.address()))
				.bind("userAgent", text(origin.userAgent()))
				.bind("salt", salt)
				.then();
	}

	private static Object text(@Nullable String value) {
		return Parameters.in(R2dbcType.VARCHAR, value);
	}

	record Head(long sequence, String hash) {}

}
