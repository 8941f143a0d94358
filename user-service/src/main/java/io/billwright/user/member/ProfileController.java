package io.billwright.user.member;

import java.time.Instant;
import java.util.List;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;

/// The calling user.
@RestController
@RequestMapping("/api/v1/users/me")
class ProfileController {

	private final Profile profile;

	ProfileController(Profile profile) {
		this.profile = profile;
	}

	@GetMapping
	@Authenticated
	@Operation(summary = "Get yourself", description = """
			With every organization that you belong to. An API key is nobody.""")
	Mono<UserView> get() {
		return this.profile.get().map(UserView::of);
	}

	@PatchMapping
	@Authenticated
	@Operation(summary = "Change your name", description = "Every organization that you belong to sees it.")
	Mono<UserView> update(MergePatch patch, ExpectedVersion expected) {
		return this.profile
				.rename(expected, (name) -> patch.apply(new UserRequest(name), UserRequest.class).name())
				.map(UserView::of);
	}

	record UserRequest(@NotBlank @Size(max = 200) String name) {}

	record UserView(UserId id, long version, @Nullable String name, @Nullable String email, boolean emailVerified,
			List<MembershipView> memberships, Instant createdAt, Instant updatedAt) implements Versioned {

		static UserView of(Profile.Person person) {
			User user = person.user();
			EmailAddress email = user.email();
			return new UserView(user.id(), user.version(), user.name(), (email != null) ? email.value() : null,
					user.verified(), person.memberships().stream().map(MembershipView::of).toList(), user.createdAt(),
					user.updatedAt());
		}

	}

	record MembershipView(OrganizationId organizationId, Role role, Instant createdAt) {

		static MembershipView of(Membership membership) {
			return new MembershipView(membership.organization(), membership.role(), membership.createdAt());
		}

	}

}
