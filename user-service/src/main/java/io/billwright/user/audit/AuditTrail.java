package io.billwright.user.audit;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.user.system.Keyset;

/// Reads the current organization's audit trail, and proves that nobody has changed it.
@Component
class AuditTrail {

	private static final String SELECT = """
			SELECT e.*, o.ip, o.user_agent, o.salt FROM audit_entries e
			LEFT JOIN audit_origins o ON o.organization_id = e.organization_id AND o.sequence = e.sequence
			WHERE e.organization_id = app_organization()""";

	private static final Map<String, String> CONDITIONS = Map.of("actor", " AND e.actor = :actor", "action",
			" AND e.action = :action", "resource", " AND e.resource = :resource", "from", " AND e.occurred_at >= :from",
			"to", " AND e.occurred_at < :to");

	/// How many entries are in memory at a time while the chain is checked.
	private static final int BATCH = 500;

	private final DatabaseClient client;

	private final JsonMapper mapper;

	private final TransactionalOperator snapshot;

	AuditTrail(DatabaseClient client, JsonMapper mapper, ReactiveTransactionManager transactionManager) {
		this.client = client;
		this.mapper = mapper;
		DefaultTransactionDefinition oneMoment = new DefaultTransactionDefinition();
		oneMoment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		oneMoment.setReadOnly(true);
		this.snapshot = TransactionalOperator.create(transactionManager, oneMoment);
	}

	/// The entries that match, the newest first.
	Mono<Page<Sealed>> page(Filter filter, PageRequest page) {
		Map<String, Object> wanted = filter.wanted();
		String conditions = wanted.keySet().stream().map(CONDITIONS::get).collect(Collectors.joining());
		return this.client
				.sql(SELECT + " AND e.sequence < :after" + conditions + " ORDER BY e.sequence DESC LIMIT :limit")
				.bind("after", Keyset.descendingNumber(page))
				.bind("limit", page.fetch())
				.bindValues(wanted)
				.mapProperties(Row.class)
				.all()
				.map(this::sealed)
				.collectList()
				.map((entries) -> Page.of(entries, page, (sealed) -> Cursor.of(sealed.entry().sequence())));
	}

	/// Every entry, the oldest first.
	Flux<Sealed> all() {
		return batch(0).expand((entries) -> (entries.size() < BATCH)
				? Mono.empty()
				: batch(entries.getLast().entry().sequence())).concatMapIterable((entries) -> entries);
	}

	/// Recomputes the whole chain, as it is at one moment: entries that are written meanwhile do not count. Emits what was
	/// found, whether or not it holds.
	Mono<Verification> verify() {
		return all().scan(Verification.BEGINNING, Verification::next)
				.takeUntil((verification) -> verification.firstInvalid() != null)
				.last()
				.flatMap((verification) -> head().map(verification::compare)
						.defaultIfEmpty(verification.compare(new AuditLog.Head(0, AuditEntry.NOTHING))))
				.as(this.snapshot::transactional);
	}

	private Mono<List<Sealed>> batch(long after) {
		return this.client.sql(SELECT + " AND e.sequence > :after ORDER BY e.sequence LIMIT :limit")
				.bind("after", after)
				.bind("limit", BATCH)
				.mapProperties(Row.class)
				.all()
				.map(this::sealed)
				.collectList();
	}

	private Mono<AuditLog.Head> head() {
		return this.client.sql("SELECT sequence, hash FROM audit_heads WHERE organization_id = app_organization()")
				.mapProperties(AuditLog.Head.class)
				.one();
	}

	private Sealed sealed(Row row) {
		TreeMap<String, String> details = this.mapper.readValue(row.details(), new TypeReference<>() {
		});
		AuditEntry entry = new AuditEntry(new OrganizationId(row.organizationId()), row.sequence(), row.id(),
				row.occurredAt(), row.actorKind(), row.actor(), new Change(row.action(), row.resource(), details),
				row.requestId(), row.originHash());
		return new Sealed(entry, row.hash(), row.salt(), new Client(row.ip(), row.userAgent(), row.requestId()));
	}

	/// What to look for; `null` for everything.
	record Filter(@Nullable String actor, @Nullable String action, @Nullable String resource, @Nullable Instant from,
			@Nullable Instant to) {

		static final Filter EVERYTHING = new Filter(null, null, null, null, null);

		Map<String, Object> wanted() {
			Map<String, Object> wanted = new HashMap<>();
			put(wanted, "actor", this.actor);
			put(wanted, "action", this.action);
			put(wanted, "resource", this.resource);
			put(wanted, "from", this.from);
			put(wanted, "to", this.to);
			return wanted;
		}

		private static void put(Map<String, Object> wanted, String name, @Nullable Object value) {
			if (value != null) {
				wanted.put(name, value);
			}
		}

	}

	/// An entry with its seal.
	///
	/// @param salt of the origin; `null` once the origin is forgotten
	record Sealed(AuditEntry entry, String hash, @Nullable String salt, Client origin) {

		/// Whether the seal fits the entry, the hash before it, and the origin where it is still known.
		boolean follows(long sequence, String previousHash) {
			return (this.entry.sequence() == sequence + 1) && this.hash.equals(this.entry.seal(previousHash))
					&& ((this.salt == null)
							|| AuditEntry.originHash(this.salt, this.origin).equals(this.entry.originHash()));
		}

	}

	/// How far the chain holds.
	///
	/// @param entries how many entries were found good
	/// @param hash the seal of the last good one
	/// @param firstInvalid the sequence number at which the chain breaks, or `null`
	record Verification(long entries, String hash, @Nullable Long firstInvalid) {

		static final Verification BEGINNING = new Verification(0, AuditEntry.NOTHING, null);

		Verification next(Sealed sealed) {
			return sealed.follows(this.entries, this.hash)
					? new Verification(this.entries + 1, sealed.hash(), null)
					: new Verification(this.entries, this.hash, this.entries + 1);
		}

		/// The head knows how long the chain must be.
		Verification compare(AuditLog.Head head) {
			boolean complete = (head.sequence() == this.entries) && head.hash().equals(this.hash);
			return (complete || (this.firstInvalid != null))
					? this
					: new Verification(this.entries, this.hash, this.entries + 1);
		}

	}

	record Row(UUID organizationId, long sequence, UUID id, Instant occurredAt, String actorKind, String actor,
			String action, String resource, String details, @Nullable String requestId, String originHash, String hash,
			@Nullable String ip, @Nullable String userAgent, @Nullable String salt) {}

}
