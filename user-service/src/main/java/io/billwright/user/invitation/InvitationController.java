package io.billwright.user.invitation;

import java.net.URI;
import java.time.Instant;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

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
import io.billwright.user.account.UserId;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Role;

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

	/// Invite somebody by mail. An open invitation to the same address loses its validity.
	@PostMapping
	@RequiresScope("members:write")
	Mono<ResponseEntity<InvitationView>> invite(@RequestBody InvitationRequest request) {
		return Mono.fromSupplier(() -> EmailAddress.required(request.email()))
				.flatMap((email) -> this.invite.invite(email, request.role()))
				.map((invitation) -> ResponseEntity.created(URI.create("/api/v1/invitations/" + invitation.id()))
						.body(InvitationView.of(invitation)));
	}

	/// List the open invitations, the newest first.
	@GetMapping
	@RequiresScope("members:read")
	Mono<Page<InvitationView>> list(PageRequest page) {
		return this.invitations.list(page)
				.map((invitations) -> invitations.map(InvitationView::of))
				.as(this.readOnly::transactional);
	}

	/// Get an open invitation.
	@GetMapping("/{id}")
	@RequiresScope("members:read")
	Mono<InvitationView> get(@PathVariable InvitationId id) {
		return this.invitations.require(id).map(InvitationView::of).as(this.readOnly::transactional);
	}

	/// Take an invitation back.
	@DeleteMapping("/{id}")
	@RequiresScope("members:write")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> revoke(@PathVariable InvitationId id) {
		return this.invite.revoke(id);
	}

	/// Join with the token from the mail. Without an account yet, say what you are called and choose a password.
	@Public
	@PostMapping("/accept")
	Mono<AcceptanceView> accept(@RequestBody AcceptanceRequest request) {
		return this.accept.accept(request.token(), request.name(), request.password()).map(AcceptanceView::of);
	}

	record InvitationRequest(@NotBlank @Size(max = 254) String email, @NotNull Role role) {}

	/// @param name only without an account
	/// @param password only without an account, 12 to 128 characters
	record AcceptanceRequest(@NotBlank @Size(max = 100) String token, @Nullable @Size(min = 1, max = 200) String name,
			@Nullable @Size(max = 1024) String password) {}

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
