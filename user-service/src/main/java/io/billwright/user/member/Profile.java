package io.billwright.user.member;

import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.system.SystemTransaction;

/// What users know and change about themselves, whichever organization they are in.
@Component
class Profile {

	private final Users users;

	private final Memberships memberships;

	private final MemberEvents events;

	private final PersonalTrail trail;

	private final SystemTransaction transaction;

	private final Clock clock;

	Profile(Users users, Memberships memberships, MemberEvents events, PersonalTrail trail,
			SystemTransaction transaction, Clock clock) {
		this.users = users;
		this.memberships = memberships;
		this.events = events;
		this.trail = trail;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// The calling user with their memberships; fails with [MemberFailure.UsersOnly].
	Mono<Person> get() {
		return callingUser().flatMap(this.users::require).flatMap(this::person).as(this.transaction::transactional);
	}

	/// Changes the name, and tells every organization that the user belongs to.
	Mono<Person> rename(ExpectedVersion expected, UnaryOperator<String> change) {
		return callingUser().flatMap(this.users::requireForUpdate)
				.doOnNext((user) -> expected.check(user.version()))
				.map((user) -> user.rename(change.apply(String.valueOf(user.name())), this.clock.instant()))
				.flatMap(this.users::save)
				.flatMap(this::person)
				.delayUntil(this::tell)
				.delayUntil((person) -> this.trail.record(person.user().id(), "user.updated"))
				.as(this.transaction::transactional)
				.checkpoint("change profile");
	}

	private Mono<Void> tell(Person person) {
		return this.memberships.inTurn(person.user().id())
				.concatMap((membership) -> this.memberships.save(membership.touch(this.clock.instant()))
						.flatMap((touched) -> this.transaction.onBehalfOf(touched.organization(),
								this.events.updated(person.user(), touched))))
				.then();
	}

	private Mono<Person> person(User user) {
		return this.memberships.activeOf(user.id())
				.collectList()
				.map((memberships) -> new Person(user, memberships));
	}

	private static Mono<UserId> callingUser() {
		return Caller.current()
				.filter((caller) -> caller.kind() == CallerKind.USER)
				.switchIfEmpty(Mono.error(MemberFailure.UsersOnly::new))
				.map((caller) -> UserId.parse(caller.principal()));
	}

	/// A user and where they belong.
	record Person(User user, List<Membership> memberships) {}

}
