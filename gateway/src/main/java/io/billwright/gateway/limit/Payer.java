package io.billwright.gateway.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.billwright.gateway.limit.LimitSettings.Allowance;
import io.billwright.gateway.limit.LimitSettings.Per;
import io.billwright.gateway.limit.Rules.Rule;
import io.billwright.gateway.passport.Principal;
import io.billwright.platform.quota.Quota;

/// Whoever a request is charged to once it is known who makes it: the user or API key, and its organization.
final class Payer {

	/// All who are nobody yet share one place while the instance is full.
	private static final String NOBODY = "anonymous";

	/// What the keys of all its buckets have in common.
	private final String tag;

	private final String subject;

	/// Who counts as one tenant while the instance is full.
	private final String tenant;

	private final Terms terms;

	private final int inFlight;

	private final Bill bill;

	private final Leases leases;

	private final Map<Key, Bill> others = new ConcurrentHashMap<>();

	private Payer(String tag, String subject, String tenant, Terms terms, int inFlight, List<Lease> own,
			Leases leases) {
		this.tag = tag;
		this.subject = subject;
		this.tenant = tenant;
		this.terms = terms;
		this.inFlight = inFlight;
		this.bill = Bill.of(own);
		this.leases = leases;
	}

	/// Somebody.
	static Payer of(Principal principal, Terms terms, LimitSettings settings, Leases leases) {
		String subject = principal.subject();
		String tag = Objects.requireNonNullElse(principal.organization(), subject);
		Allowance own = terms.of(subject);
		Allowance usual = settings.principal();
		List<Lease> all = new ArrayList<>();
		if (own.rateLimit() != null) {
			add(all, leases, tag, subject, "principal", own.rateLimit(), false);
		}
		else {
			add(all, leases, tag, subject, "principal", usual.rateLimit(), usual.dryRun());
		}
		add(all, leases, tag, subject, "principal", terms.triedOut(subject), true);
		add(all, leases, tag, tag, "organization", terms.organization().rateLimit(), false);
		add(all, leases, tag, tag, "organization", terms.triedOut(), true);
		Integer inFlight = (own.inFlight() != null) ? own.inFlight() : usual.inFlight();
		return new Payer(tag, subject, tag, terms, (inFlight != null) ? inFlight : Integer.MAX_VALUE, all, leases);
	}

	/// Somebody at an address, which pays for itself before it is asked who it is: only what paths and services demand of
	/// their callers is left.
	static Payer anonymous(String clientAddress, Terms terms, Leases leases) {
		return new Payer(clientAddress, clientAddress, NOBODY, terms, Integer.MAX_VALUE, List.of(), leases);
	}

	String tag() {
		return this.tag;
	}

	String subject() {
		return this.subject;
	}

	String tenant() {
		return this.tenant;
	}

	Terms terms() {
		return this.terms;
	}

	/// How many requests it may have in flight over all instances.
	int inFlight() {
		return this.inFlight;
	}

	/// What a request is charged to.
	///
	/// @param path the rule of its path
	/// @param service the rule of its service
	Bill bill(@Nullable Rule path, @Nullable Rule service) {
		return (path == null && service == null)
				? this.bill
				: this.others.computeIfAbsent(new Key(path, service), this::extended);
	}

	private Bill extended(Key rules) {
		List<Lease> all = new ArrayList<>(this.bill.leases());
		Stream.of(rules.path(), rules.service()).filter(Objects::nonNull).forEach((rule) -> {
			if (rule.policies() != null && !rule.isPer(Per.ADDRESS)) {
				all.add(this.leases.of(this.tag, rule.isPer(Per.ORGANIZATION) ? this.tag : this.subject,
						rule.policies()));
			}
		});
		return Bill.of(all);
	}

	private static void add(List<Lease> all, Leases leases, String tag, String caller, String name,
			@Nullable Quota quota, boolean dryRun) {
		if (quota != null) {
			all.add(leases.of(tag, caller, Policies.of(name, quota, dryRun)));
		}
	}

	private record Key(@Nullable Rule path, @Nullable Rule service) {}

}
