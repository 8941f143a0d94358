package io.billwright.user.login;

import java.time.Duration;
import java.time.Instant;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Public;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.UserId;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Role;
import io.billwright.user.session.AccessTokens;
import io.billwright.user.session.Session;
import io.billwright.user.session.Sessions;

/// Logging in and out.
@RestController
@RequestMapping("/api/v1/auth")
class LoginController {

	static final String COOKIE = "__Host-billwright_session";

	private final Login login;

	private final AccessTokens accessTokens;

	LoginController(Login login, AccessTokens accessTokens) {
		this.login = login;
		this.accessTokens = accessTokens;
	}

	@Public
	@PostMapping("/login")
	@ResponseStatus(HttpStatus.OK)
	@ApiResponse(responseCode = "401", ref = "#/components/responses/unauthorized")
	@ApiResponse(responseCode = "403", ref = "#/components/responses/forbidden")
	@Operation(summary = "Log in", description = """
			Mode `session` sets a cookie and answers with the CSRF token that unsafe requests must carry in `X-CSRF-Token`; \
			a session that the browser had ends. Mode `token` answers with an access token and a refresh token.""")
	Mono<ResponseEntity<LoginView>> login(@RequestBody LoginRequest request) {
		return Mono.fromSupplier(() -> EmailAddress.of(request.email()))
				.onErrorMap(IllegalArgumentException.class, (malformed) -> new LoginFailure.InvalidCredentials())
				.flatMap((email) -> this.login.authenticate(email, request.password(), request.organizationId()))
				.flatMap((membership) -> switch (request.chosenMode()) {
					case SESSION -> this.login.endSession()
							.then(this.login.beginSession(membership))
							.map((begun) -> sessionAnswer(membership, begun));
					case TOKEN -> this.login.issueTokens(membership).map(this::tokenAnswer);
				});
	}

	@Public
	@PostMapping("/refresh")
	@ResponseStatus(HttpStatus.OK)
	@ApiResponse(responseCode = "401", ref = "#/components/responses/unauthorized")
	@Operation(summary = "Exchange a refresh token for a new pair of tokens", description = """
			A refresh token is good for one use. A second use revokes every token that has come from the same login.""")
	Mono<ResponseEntity<LoginView>> refresh(@RequestBody RefreshRequest request) {
		return this.login.refresh(request.refreshToken()).map(this::tokenAnswer);
	}

	@Public
	@PostMapping("/logout")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Log out", description = """
			Ends the session that the request is made with, and revokes the refresh token in the body with all that have \
			come from the same login. An access token stays good until it expires.""")
	Mono<ResponseEntity<Void>> logout(@RequestBody(required = false) @Nullable LogoutRequest request) {
		Mono<Void> revoked = ((request != null) && (request.refreshToken() != null))
				? this.login.revoke(request.refreshToken())
				: Mono.empty();
		return revoked.then(this.login.endSession())
				.thenReturn(ResponseEntity.status(HttpStatus.NO_CONTENT)
						.header(HttpHeaders.SET_COOKIE, cookie("", Duration.ZERO))
						.build());
	}

	private static ResponseEntity<LoginView> sessionAnswer(Membership membership, Sessions.Begun begun) {
		Session session = begun.session();
		Duration life = Duration.between(session.createdAt(), session.expiresAt());
		return ResponseEntity.ok()
				.cacheControl(CacheControl.noStore())
				.header(HttpHeaders.SET_COOKIE, cookie(begun.secret(), life))
				.body(SessionLoginView.of(membership, session));
	}

	private ResponseEntity<LoginView> tokenAnswer(Login.Tokens tokens) {
		return ResponseEntity.ok()
				.cacheControl(CacheControl.noStore())
				.body(TokenLoginView.of(tokens, this.accessTokens.life()));
	}

	private static String cookie(String value, Duration life) {
		return ResponseCookie.from(COOKIE, value)
				.path("/")
				.secure(true)
				.httpOnly(true)
				.sameSite("Lax")
				.maxAge(life)
				.build()
				.toString();
	}

	enum Mode {

		SESSION, TOKEN

	}

	/// @param mode `session` sets a cookie and is the default, `token` answers with tokens
	/// @param organizationId for which organization, where the user belongs to several; default the one joined first
	record LoginRequest(@NotBlank @Size(max = 254) String email, @NotBlank @Size(max = 1024) String password,
			@Nullable Mode mode, @Nullable OrganizationId organizationId) {

		Mode chosenMode() {
			return (this.mode != null) ? this.mode : Mode.SESSION;
		}

	}

	record RefreshRequest(@NotBlank @Size(max = 200) String refreshToken) {}

	record LogoutRequest(@Nullable @Size(max = 200) String refreshToken) {}

	/// What a login answers.
	@Schema(oneOf = {SessionLoginView.class, TokenLoginView.class})
	sealed interface LoginView permits SessionLoginView, TokenLoginView {
	}

	/// @param scope the permissions, separated by spaces
	/// @param sessionId names the session in the list of sessions
	/// @param csrfToken to be sent as `X-CSRF-Token` with every unsafe request
	/// @param expiresAt when the session ends whatever happens
	record SessionLoginView(UserId userId, OrganizationId organizationId, Role role, String scope, String sessionId,
			String csrfToken, Instant expiresAt) implements LoginView {

		static SessionLoginView of(Membership membership, Session session) {
			return new SessionLoginView(membership.user(), membership.organization(), membership.role(),
					membership.role().scope(), session.id(), session.csrfToken(), session.expiresAt());
		}

	}

	/// @param scope the permissions, separated by spaces
	/// @param expiresIn seconds for which the access token is good
	record TokenLoginView(UserId userId, OrganizationId organizationId, Role role, String scope, String accessToken,
			String tokenType, long expiresIn, String refreshToken) implements LoginView {

		static TokenLoginView of(Login.Tokens tokens, Duration life) {
			Membership membership = tokens.membership();
			return new TokenLoginView(membership.user(), membership.organization(), membership.role(),
					membership.role().scope(), tokens.access(), "Bearer", life.toSeconds(), tokens.refresh());
		}

	}

}
