package io.billwright.user.member;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class MemberControllerTests extends AccountsSpec {

	@Test
	void strangerWhenInvitedThenJoinsWithTheMailedToken() {
		Person owner = owner();
		Person billing = join(owner, "billing");
		assertThat(billing.organization()).isEqualTo(owner.organization());
		owner.on(this.client)
				.get()
				.uri("/api/v1/members/" + billing.id())
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.role")
				.isEqualTo("billing")
				.jsonPath("$.name")
				.isEqualTo("Gustav Guest");
		owner.on(this.client).get().uri("/api/v1/members").exchange().expectBody().jsonPath("$.data.length()")
				.isEqualTo(2);
	}

	@Test
	void memberOfOneOrganizationWhenInvitedToAnotherThenBelongsToBoth() {
		Person first = owner();
		Person second = owner();
		invite(second, first.email(), "developer").expectStatus().isCreated();
		accept(Map.of("token", mailedCode(first.email()))).expectStatus().isOk();
		first.on(this.client)
				.get()
				.uri("/api/v1/users/me")
				.exchange()
				.expectBody()
				.jsonPath("$.memberships.length()")
				.isEqualTo(2);
		LoginAnswer answer = anonymous().post()
				.uri("/api/v1/auth/login")
				.bodyValue(Map.of("email", first.email(), "password", PASSWORD, "mode", "token", "organization_id",
						second.organization()))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody();
		assertThat(answer.role()).isEqualTo("developer");
		assertThat(answer.organization_id()).isEqualTo(second.organization());
	}

	@Test
	void invitationWhenUsedOrRevokedThenIsWorthless() {
		Person owner = owner();
		String email = stranger();
		invite(owner, email, "billing");
		String token = mailedCode(email);
		Map<String, Object> acceptance = Map.of("token", token, "name", "Gustav Guest", "password", PASSWORD);
		accept(Map.of("token", token)).expectStatus().isEqualTo(422).expectBody().jsonPath("$.code")
				.isEqualTo("account_needed");
		accept(acceptance).expectStatus().isOk();
		accept(acceptance).expectStatus().isEqualTo(422).expectBody().jsonPath("$.code")
				.isEqualTo("invalid_invitation");
		invite(owner, email, "billing").expectStatus().isEqualTo(409);
		String other = stranger();
		String id = id(invite(owner, other, "billing"));
		owner.on(this.client).delete().uri("/api/v1/invitations/" + id).exchange().expectStatus().isNoContent();
		accept(Map.of("token", mailedCode(other), "name", "X", "password", PASSWORD)).expectStatus().isEqualTo(422);
	}

	@Test
	void accountWhenAStrangerOpenedItWithTheGuestsAddressThenTheGuestChoosesAnotherPassword() {
		Person owner = owner();
		String email = stranger();
		register(email).expectStatus().isAccepted();
		invite(owner, email, "admin").expectStatus().isCreated();
		String token = mailedCode(email);
		accept(Map.of("token", token)).expectStatus().isEqualTo(422).expectBody().jsonPath("$.code")
				.isEqualTo("account_needed");
		accept(Map.of("token", token, "name", "Gustav Guest", "password", "seven gentle otters 4 lanterns"))
				.expectStatus()
				.isOk();
		logIn(email, PASSWORD, "token").expectStatus().isUnauthorized();
		logIn(email, "seven gentle otters 4 lanterns", "token").expectStatus().isOk();
	}

	@Test
	void roleWhenChangedThenTheMembersSessionsEndAndTheTrailSaysWhoDidIt() {
		Person owner = owner();
		Person member = join(owner, "billing");
		logIn(member.email(), PASSWORD, "session").expectStatus().isOk();
		owner.on(this.client)
				.patch()
				.uri("/api/v1/members/" + member.id())
				.header("If-Match", "\"1\"")
				.bodyValue(Map.of("role", "read_only"))
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("ETag", "\"2\"")
				.expectBody()
				.jsonPath("$.role")
				.isEqualTo("read_only");
		member.on(this.client).get().uri("/api/v1/auth/sessions").exchange().expectBody().jsonPath("$.data").isEmpty();
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log?action=member.role_changed")
				.exchange()
				.expectBody()
				.jsonPath("$.data[0].actor")
				.isEqualTo(owner.id())
				.jsonPath("$.data[0].resource")
				.isEqualTo(member.id())
				.jsonPath("$.data[0].details.to")
				.isEqualTo("read_only");
	}

	@Test
	void ownerWhenTheLastOneThenCanNeitherBeRemovedNorDemoted() {
		Person owner = owner();
		WebTestClient client = owner.on(this.client);
		client.delete().uri("/api/v1/members/" + owner.id()).exchange().expectStatus().isEqualTo(409);
		client.patch()
				.uri("/api/v1/members/" + owner.id())
				.bodyValue(Map.of("role", "admin"))
				.exchange()
				.expectStatus()
				.isEqualTo(409)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("last_owner");
		Person second = join(owner, "owner");
		client.delete().uri("/api/v1/members/" + owner.id()).exchange().expectStatus().isNoContent();
		second.on(this.client).delete().uri("/api/v1/members/" + second.id()).exchange().expectStatus().isEqualTo(409);
		logIn(owner.email(), PASSWORD, "token").expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("not_a_member");
	}

	@Test
	void adminWhenDecidingAboutOwnersThenIsRefused() {
		Person owner = owner();
		Person admin = join(owner, "admin");
		WebTestClient client = admin.on(this.client);
		client.delete().uri("/api/v1/members/" + owner.id()).exchange().expectStatus().isForbidden();
		invite(admin, stranger(), "owner").expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("role_not_grantable");
		client.patch()
				.uri("/api/v1/members/" + admin.id())
				.bodyValue(Map.of("role", "owner"))
				.exchange()
				.expectStatus()
				.isForbidden();
	}

	@Test
	void memberWhenRemovedThenMayComeBackWithAnotherRole() {
		Person owner = owner();
		Person member = join(owner, "billing");
		owner.on(this.client).delete().uri("/api/v1/members/" + member.id()).exchange().expectStatus().isNoContent();
		owner.on(this.client).get().uri("/api/v1/members/" + member.id()).exchange().expectStatus().isNotFound();
		invite(owner, member.email(), "developer").expectStatus().isCreated();
		accept(Map.of("token", mailedCode(member.email()))).expectStatus().isOk();
		assertThat(logIn(member.email()).role()).isEqualTo(Role.DEVELOPER);
	}

	@Test
	void membersAndInvitationsWhenAnotherOrganizationsThenDoNotExist() {
		Person owner = owner();
		String invitation = id(invite(owner, stranger(), "billing"));
		WebTestClient strange = owner().on(this.client);
		strange.get().uri("/api/v1/members/" + owner.id()).exchange().expectStatus().isNotFound();
		strange.patch()
				.uri("/api/v1/members/" + owner.id())
				.bodyValue(Map.of("role", "billing"))
				.exchange()
				.expectStatus()
				.isNotFound();
		strange.delete().uri("/api/v1/members/" + owner.id()).exchange().expectStatus().isNotFound();
		strange.get().uri("/api/v1/invitations/" + invitation).exchange().expectStatus().isNotFound();
		strange.delete().uri("/api/v1/invitations/" + invitation).exchange().expectStatus().isNotFound();
		strange.get().uri("/api/v1/invitations").exchange().expectBody().jsonPath("$.data").isEmpty();
		strange.get().uri("/api/v1/members").exchange().expectBody().jsonPath("$.data.length()").isEqualTo(1);
	}

	@Test
	void profileWhenRenamedThenEveryOrganizationSeesIt() {
		Person owner = owner();
		owner.on(this.client)
				.patch()
				.uri("/api/v1/users/me")
				.bodyValue(Map.of("name", "Olga O."))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.name")
				.isEqualTo("Olga O.");
		owner.on(this.client)
				.get()
				.uri("/api/v1/members/" + owner.id())
				.exchange()
				.expectBody()
				.jsonPath("$.name")
				.isEqualTo("Olga O.")
				.jsonPath("$.version")
				.isEqualTo(2);
		Passports.apiKey(owner.organization())
				.on(this.client)
				.get()
				.uri("/api/v1/users/me")
				.exchange()
				.expectStatus()
				.isForbidden();
	}

	@Test
	void usersOfTheSameOrganizationsWhenRenamedAtTheSameTimeThenNeitherWaitsForTheOtherInACircle() {
		Person first = owner();
		Person second = owner();
		joinOther(first, second);
		joinOther(second, first);
		for (int i = 0; i < 10; i++) {
			assertThat(atOnce(List.of(() -> status(rename(first)), () -> status(rename(second)))))
					.containsExactly(200, 200);
		}
	}

	private void joinOther(Person inviter, Person guest) {
		invite(inviter, guest.email(), "billing").expectStatus().isCreated();
		accept(Map.of("token", mailedCode(guest.email()))).expectStatus().isOk();
	}

	private WebTestClient.ResponseSpec rename(Person person) {
		return person.on(this.client)
				.patch()
				.uri("/api/v1/users/me")
				.bodyValue(Map.of("name", "Olga O."))
				.exchange();
	}

	@Test
	void callerWithoutTheScopeWhenManagingMembersThenIsRefused() {
		Person owner = owner();
		WebTestClient reader = Passports.user(owner.organization(), "members:read").on(this.client);
		reader.delete().uri("/api/v1/members/" + owner.id()).exchange().expectStatus().isForbidden();
		reader.get().uri("/api/v1/members").exchange().expectStatus().isOk();
		anonymous().get().uri("/api/v1/members").exchange().expectStatus().isUnauthorized();
	}

	private static String id(WebTestClient.ResponseSpec response) {
		Map<?, ?> body = response.expectStatus().isCreated().expectBody(Map.class).returnResult().getResponseBody();
		return String.valueOf(body.get("id"));
	}

}
