package io.billwright.user.login;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.NotFound;
import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Page;
import io.billwright.user.account.UserId;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.session.Session;
import io.billwright.user.session.Sessions;

/// The caller's own sessions.
@RestController
@RequestMapping("/api/v1/auth/sessions")
class SessionController {

	private final Sessions sessions;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	SessionController(Sessions sessions, AuditLog audit, TransactionalOperator transaction) {
		this.sessions = sessions;
		this.audit = audit;
		this.transaction = transaction;
	}

	@GetMapping
	@Authenticated
	@Operation(summary = "List your sessions", description = """
			The newest first. There are no further pages, since the number of a user's sessions is limited.""")
	Mono<Page<SessionView>> listSessions() {
		return Caller.current()
				.filter((caller) -> caller.kind() == CallerKind.USER)
				.flatMap((caller) -> this.sessions.of(UserId.parse(caller.principal()))
						.map((session) -> SessionView.of(session, session.id().equals(caller.sessionId()), false))
						.collectList())
				.defaultIfEmpty(List.of())
				.map((views) -> new Page<>(views, null, false, null));
	}

	@GetMapping("/current")
	@Authenticated
	@Operation(summary = "Get the session of this request", description = """
			With its CSRF token, for a page that was loaded anew.""")
	Mono<SessionView> getCurrentSession() {
		return Caller.current()
				.flatMap((caller) -> Mono.justOrEmpty(caller.sessionId())
						.flatMap((id) -> this.sessions.of(UserId.parse(caller.principal()))
								.filter((session) -> session.id().equals(id))
								.next()))
				.map((session) -> SessionView.of(session, true, true))
				.switchIfEmpty(Mono.error(() -> new NotFound("session", "current")));
	}

	@DeleteMapping("/{id}")
	@Authenticated
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "End one of your sessions")
	Mono<Void> endSession(@PathVariable String id) {
		return Caller.current()
				.filter((caller) -> caller.kind() == CallerKind.USER)
				.flatMap((caller) -> this.sessions.end(UserId.parse(caller.principal()), id))
				.filter(Boolean::booleanValue)
				.switchIfEmpty(Mono.error(() -> new NotFound("session", id)))
				.then(Mono.defer(() -> this.audit.record(new Change("session.ended", id))
						.as(this.transaction::transactional)));
	}

	/// @param current whether this request was made with it
	/// @param csrfToken only of the current one
	record SessionView(String id, OrganizationId organizationId, boolean current, Instant createdAt,
			Instant lastSeenAt, Instant expiresAt, @Nullable String ip, @Nullable String userAgent,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String csrfToken) {

		static SessionView of(Session session, boolean current, boolean withToken) {
			return new SessionView(session.id(), session.organization(), current, session.createdAt(),
					session.lastSeenAt(), session.expiresAt(), session.address(), session.userAgent(),
					withToken ? session.csrfToken() : null);
		}

	}

}
