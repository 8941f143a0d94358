package io.billwright.user.member;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import jakarta.validation.constraints.NotNull;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.Versioned;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.UserId;

/// The organization's members.
@RestController
@RequestMapping("/api/v1/members")
class MemberController {

	private final Members members;

	private final ReadOnlyTransaction readOnly;

	MemberController(Members members, ReadOnlyTransaction readOnly) {
		this.members = members;
		this.readOnly = readOnly;
	}

	@GetMapping
	@RequiresScope("members:read")
	@Operation(summary = "List the members", description = "In the order in which their accounts were made.")
	Mono<Page<MemberView>> list(PageRequest page) {
		return this.members.list(page).map((members) -> members.map(MemberView::of)).as(this.readOnly::transactional);
	}

	@GetMapping("/{id}")
	@RequiresScope("members:read")
	@Operation(summary = "Get a member")
	Mono<MemberView> get(@PathVariable UserId id) {
		return this.members.require(id).map(MemberView::of).as(this.readOnly::transactional);
	}

	@PatchMapping("/{id}")
	@RequiresScope("members:write")
	@Operation(summary = "Give a member another role", description = """
			Nobody gives a role that permits more than their own, and only owners decide about owners. The member's sessions \
			end, because they carry the old role.""")
	Mono<MemberView> assign(@PathVariable UserId id, @RequestBody RoleRequest request, ExpectedVersion expected) {
		return this.members.assign(id, request.role(), expected).map(MemberView::of);
	}

	@DeleteMapping("/{id}")
	@RequiresScope("members:write")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Remove a member", description = """
			Their sessions end; what they did stays. The last owner stays too.""")
	Mono<Void> remove(@PathVariable UserId id, ExpectedVersion expected) {
		return this.members.remove(id, expected);
	}

	@GetMapping("/roles")
	@Authenticated
	@Operation(summary = "List the roles and what each permits")
	Mono<Page<RoleView>> listRoles() {
		return Mono.just(new Page<>(Stream.of(Role.values()).map(RoleView::of).toList(), null, false, null));
	}

	record RoleRequest(@NotNull Role role) {}

	record MemberView(UserId id, long version, @Nullable String name, @Nullable String email, Role role,
			Instant createdAt, Instant updatedAt) implements Versioned {

		static MemberView of(Member member) {
			EmailAddress email = member.user().email();
			Membership membership = member.membership();
			return new MemberView(membership.user(), membership.version(), member.user().name(),
					(email != null) ? email.value() : null, membership.role(), membership.createdAt(),
					membership.updatedAt());
		}

	}

	record RoleView(Role role, List<String> permissions) {

		static RoleView of(Role role) {
			return new RoleView(role, role.permissions().stream().map(Permission::scope).toList());
		}

	}

}
