package io.billwright.user.invitation;

import java.net.URI;
import java.time.Instant;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Public;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.MailAddress;
import io.billwright.user.account.UserId;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Role;
import io.billwright.user.password.PasswordLength;

/// Invitations to the organization.
@RestController
@RequestMapping("/api/v1/invitations")
class InvitationController {

	private final Invitations invitations;

	private final Invite invite;

	private final AcceptInvitation accept;

	private final ReadOnlyTransaction readOnly;

	InvitationController(Invitations invitations, Invite invite, AcceptInvitation accept,
			ReadOnlyTransaction readOnly) {
		this.invitations = invitations;
		this.invite = invite;
		this.accept = accept;
		this.readOnly = readOnly;
	}

	@PostMapping
	@RequiresScope("members:write")
	@Operation(summary = "Invite somebody by mail", description = """
			The invitation is good for 7 days and replaces an open one to the same address. An organization may mail 100 \
			an hour, unless the operator has set another limit.""")
	Mono<ResponseEntity<InvitationView>> invite(@RequestBody InvitationRequest request) {
		return this.invite.invite(EmailAddress.of(request.email()), request.role())
				.map((invitation) -> ResponseEntity.created(URI.create("/api/v1/invitations/" + invitation.id()))
						.body(InvitationView.of(invitation)));
	}

	@GetMapping
	@RequiresScope("members:read")
	@Operation(summary = "List the open invitations", description = "The newest first.")
	Mono<Page<InvitationView>> list(PageRequest page) {
		return this.invitations.list(page)
				.map((invitations) -> invitations.map(InvitationView::of))
				.as(this.readOnly::transactional);
	}

	@GetMapping("/{id}")
	@RequiresScope("members:read")
	@Operation(summary = "Get an open invitation")
	Mono<InvitationView> get(@PathVariable InvitationId id) {
		return this.invitations.require(id).map(InvitationView::of).as(this.readOnly::transactional);
	}

	@DeleteMapping("/{id}")
	@RequiresScope("members:write")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Take an invitation back")
	Mono<Void> revoke(@PathVariable InvitationId id) {
		return this.invite.revoke(id);
	}

	@Public
	@PostMapping("/accept")
	@Operation(summary = "Join an organization with the token from the mail", description = """
			Whoever has no confirmed account yet says what they are called and chooses a password.""")
	Mono<AcceptanceView> accept(@RequestBody AcceptanceRequest request) {
		return this.accept.accept(request.token(), request.name(), request.password()).map(AcceptanceView::of);
	}

	record InvitationRequest(@NotBlank @MailAddress String email, @NotNull Role role) {}

	/// @param name only without a confirmed account
	/// @param password only without a confirmed account, 12 to 128 characters
	record AcceptanceRequest(@NotBlank @Size(max = 100) String token, @Nullable @Size(min = 1, max = 200) String name,
			@Nullable @PasswordLength String password) {}

	/// @param invitedBy who invited
	record InvitationView(InvitationId id, String email, Role role, String invitedBy, Instant createdAt,
			Instant expiresAt) {

		static InvitationView of(Invitation invitation) {
			return new InvitationView(invitation.id(), invitation.email().value(), invitation.role(),
					invitation.invitedBy(), invitation.createdAt(), invitation.expiresAt());
		}

	}

	record AcceptanceView(UserId userId, OrganizationId organizationId, Role role) {

		static AcceptanceView of(Membership membership) {
			return new AcceptanceView(membership.user(), membership.organization(), membership.role());
		}

	}

}
