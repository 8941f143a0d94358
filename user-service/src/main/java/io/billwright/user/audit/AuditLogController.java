package io.billwright.user.audit;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// Who did what in the organization.
@RestController
@RequestMapping("/api/v1/audit-log")
class AuditLogController {

	private final AuditTrail trail;

	private final ReadOnlyTransaction readOnly;

	AuditLogController(AuditTrail trail, ReadOnlyTransaction readOnly) {
		this.trail = trail;
		this.readOnly = readOnly;
	}

	@GetMapping
	@RequiresScope("audit:read")
	@Operation(summary = "List the audit log", description = """
			The newest first. `actor` is a user's or an API key's id, `resource` the id of what changed; `occurred_from` \
			counts in, `occurred_to` does not.""")
	Mono<Page<AuditEntryView>> list(PageRequest page, @RequestParam(required = false) @Nullable String actor,
			@RequestParam(required = false) @Nullable String action,
			@RequestParam(required = false) @Nullable String resource,
			@RequestParam(name = "occurred_from", required = false) @Nullable Instant occurredFrom,
			@RequestParam(name = "occurred_to", required = false) @Nullable Instant occurredTo) {
		return this.trail.page(new AuditTrail.Filter(actor, action, resource, occurredFrom, occurredTo), page)
				.map((entries) -> entries.map(AuditEntryView::of))
				.as(this.readOnly::transactional);
	}

	@GetMapping("/verification")
	@RequiresScope("audit:read")
	@Operation(summary = "Recompute the chain of hashes from the first entry to the last", description = """
			Note `entries` and `head_sha256` elsewhere to prove later that nothing before was rewritten.""")
	Mono<VerificationView> verify() {
		return this.trail.verify().map(VerificationView::of);
	}

	/// @param ip empty once the person has been erased, as is the user agent
	/// @param originSha256 the hash of address, user agent and salt
	/// @param sha256 the hash over the entry before and this one
	record AuditEntryView(UUID id, long sequence, Instant occurredAt, String actorKind, String actor, String action,
			String resource, Map<String, String> details, @Nullable String requestId, @Nullable String ip,
			@Nullable String userAgent, String originSha256, String sha256) {

		static AuditEntryView of(AuditTrail.Sealed sealed) {
			AuditEntry entry = sealed.entry();
			return new AuditEntryView(entry.id(), entry.sequence(), entry.occurredAt(), entry.actorKind(),
					entry.actor(),
					entry.change().action(), entry.change().resource(), entry.change().details(), entry.requestId(),
					sealed.origin().address(), sealed.origin().userAgent(), entry.originHash(),
					sealed.hash());
		}

	}

	/// @param valid whether nothing was changed, left out or cut off
	/// @param entries how many entries are good, from the first on
	/// @param headSha256 the hash of the last good entry; note it elsewhere to prove later that nothing was rewritten
	/// @param firstInvalid where the chain breaks
	record VerificationView(boolean valid, long entries, String headSha256, @Nullable Long firstInvalid) {

		static VerificationView of(AuditTrail.Verification verification) {
			return new VerificationView(verification.firstInvalid() == null, verification.entries(),
					verification.hash(), verification.firstInvalid());
		}

	}

}
