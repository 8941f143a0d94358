package io.billwright.user.member;

import reactor.core.publisher.Mono;

import io.billwright.user.account.User;

/// Tells others about members, in the transaction of the change and on behalf of the membership's organization.
public interface MemberEvents {

	/// Somebody joined, or came back.
	Mono<Void> joined(User user, Membership membership);

	/// The role or the user's own data changed.
	Mono<Void> updated(User user, Membership membership);

	/// Somebody is no longer a member.
	Mono<Void> removed(User user, Membership membership);

}
