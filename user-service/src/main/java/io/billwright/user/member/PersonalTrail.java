package io.billwright.user.member;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.user.account.UserId;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.system.SystemTransaction;

/// Records what users change about themselves, in the trail of every organization that they belong to.
@Component
public class PersonalTrail {

	private final Memberships memberships;

	private final AuditLog audit;

	private final SystemTransaction transaction;

	PersonalTrail(Memberships memberships, AuditLog audit, SystemTransaction transaction) {
		this.memberships = memberships;
		this.audit = audit;
		this.transaction = transaction;
	}

	/// Records it, in the caller's transaction above organizations.
	public Mono<Void> record(UserId user, String action) {
		return this.memberships.inTurn(user)
				.concatMap((membership) -> this.transaction.onBehalfOf(membership.organization(),
						this.audit.recordBy(user.text(), new Change(action, user.text()))))
				.then();
	}

}
