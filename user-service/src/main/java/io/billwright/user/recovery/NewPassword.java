package io.billwright.user.recovery;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.user.account.User;
import io.billwright.user.account.Users;
import io.billwright.user.member.PersonalTrail;
import io.billwright.user.session.RefreshTokens;
import io.billwright.user.session.Sessions;

/// Gives a user a new password. Whoever got in with the old one is logged out.
@Component
public class NewPassword {

	private final Users users;

	private final MailedTokens tokens;

	private final Sessions sessions;

	private final RefreshTokens refreshTokens;

	private final PersonalTrail trail;

	NewPassword(Users users, MailedTokens tokens, Sessions sessions, RefreshTokens refreshTokens, PersonalTrail trail) {
		this.users = users;
		this.tokens = tokens;
		this.sessions = sessions;
		this.refreshTokens = refreshTokens;
		this.trail = trail;
	}

	/// Saves the user, in the caller's transaction above organizations, and emits them with their next version.
	///
	/// @param user with the new password
	/// @param action for the trail
	/// @param keptSession the id of the one session that goes on, or `null`
	public Mono<User> save(User user, String action, @Nullable String keptSession) {
		return this.users.save(user)
				.delayUntil((saved) -> this.tokens.forget(saved.id()))
				.delayUntil((saved) -> this.refreshTokens.revokeAll(saved.id()))
				.delayUntil((saved) -> this.trail.record(saved.id(), action))
				.delayUntil((saved) -> this.sessions.endAll(saved.id(),
						(session) -> !session.id().equals(keptSession)));
	}

}
