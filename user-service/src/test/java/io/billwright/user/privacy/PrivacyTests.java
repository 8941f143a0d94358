package io.billwright.user.privacy;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class PrivacyTests extends AccountsSpec {

	@Test
	void exportWhenOrderedThenHoldsEverythingAndNobodyElseSeesIt() {
		Person owner = owner();
		owner.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "integration", "mode", "live", "scopes", List.of("search:read")))
				.exchange()
				.expectStatus()
				.isCreated();
		String path = exported(owner);
		String id = path.substring(path.lastIndexOf('/') + 1);
		String file = new String(owner.on(this.client)
				.get()
				.uri(path + "/file")
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("Content-Disposition", "attachment; filename=\"" + id + ".ndjson\"")
				.expectBody()
				.returnResult()
				.getResponseBody());
		assertThat(file.lines()).allSatisfy((line) -> assertThat(line).startsWith("{\"type\":\"").endsWith("}"));
		assertThat(file).contains("\"type\":\"organization\"", "\"type\":\"member\"", "\"type\":\"api_key\"",
				"\"type\":\"audit_entry\"", owner.email(), owner.organization());
		assertThat(file).doesNotContain("argon2id");
		WebTestClient strange = owner().on(this.client);
		strange.get().uri(path).exchange().expectStatus().isNotFound();
		strange.get().uri(path + "/file").exchange().expectStatus().isNotFound();
	}

	@Test
	void userWhenErasedThenIsForgottenAndTheTrailStillHolds() {
		Person owner = owner();
		Person guest = join(owner, "billing");
		String email = guest.email();
		erase(guest, "not the right password").expectStatus().isEqualTo(422);
		erase(guest, PASSWORD).expectStatus().isNoContent();
		logIn(email, PASSWORD, "token").expectStatus().isUnauthorized();
		guest.on(this.client)
				.patch()
				.uri("/api/v1/users/me")
				.bodyValue(Map.of("name", "Gustav Guest"))
				.exchange()
				.expectStatus()
				.isNotFound();
		owner.on(this.client).get().uri("/api/v1/members/" + guest.id()).exchange().expectStatus().isNotFound();
		assertThat(countMails(email)).isZero();
		assertThat(personalRows(guest, email)).isZero();
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log?actor=" + guest.id())
				.exchange()
				.expectBody()
				.jsonPath("$.data[0].action")
				.isEqualTo("user.erased")
				.jsonPath("$.data[0].ip")
				.isEmpty();
		assertThat(isTrailValid(owner)).isTrue();
		register(email).expectStatus().isAccepted();
	}

	@Test
	void userWhenErasedThenNoExportTellsOfThemAnyMore() {
		Person owner = owner();
		Person guest = join(owner, "billing");
		Person stranger = owner();
		String done = exported(owner);
		String ofAnother = exported(stranger);
		write(owner, """
				INSERT INTO exports (id, status, requested_by, created_at, next_attempt_at, expires_at)
				VALUES (uuidv7(), 'pending', 'test', now(), now() + interval '1 hour', now() + interval '7 days')""");
		erase(guest, PASSWORD).expectStatus().isNoContent();
		owner.on(this.client).get().uri(done).exchange().expectStatus().isNotFound();
		owner.on(this.client).get().uri(done + "/file").exchange().expectStatus().isNotFound();
		stranger.on(this.client).get().uri(ofAnother + "/file").exchange().expectStatus().isOk();
		assertThat(exported(owner)).as("a new one, in place of the one that was stopped").isNotEqualTo(done);
	}

	@Test
	void exportWhenItsOrderIsStoppedThenIsNotFinished() {
		Person owner = owner();
		write(owner, """
				INSERT INTO exports (id, status, requested_by, created_at, expires_at)
				VALUES (uuidv7(), 'failed', 'test', now(), now() + interval '7 days')""");
		Exports exports = new Exports(this.database,
				new ExportSettings(Duration.ofSeconds(2), 3, DataSize.ofMegabytes(1),
						Duration.ofDays(7)),
				Clock.systemUTC());
		StepVerifier
				.create(as(owner, this.database.sql("SELECT id FROM exports WHERE organization_id = app_organization()")
						.mapValue(UUID.class)
						.one()
						.flatMap((id) -> exports.finish(new ExportId(id), 1))))
				.expectErrorMessage("The order has been stopped meanwhile")
				.verify(PATIENCE);
	}

	@Test
	void ownerWhenTheOnlyOneThenCannotBeErased() {
		Person owner = owner();
		erase(owner, PASSWORD).expectStatus().isEqualTo(409).expectBody().jsonPath("$.code").isEqualTo("last_owner");
		assertThat(logIn(owner.email()).id()).isEqualTo(owner.id());
	}

	private long personalRows(Person person, String email) {
		Long count = this.database
				.sql("""
						SELECT (SELECT count(*) FROM users WHERE email = :email OR name = 'Gustav Guest' AND id IN
								(SELECT user_id FROM memberships WHERE organization_id = (SELECT organization_id FROM audit_origins
									WHERE actor = :actor LIMIT 1)))
							+ (SELECT count(*) FROM audit_origins WHERE actor = :actor)""")
				.bind("email", email)
				.bind("actor", person.id())
				.mapValue(Long.class)
				.one()
				.as(this.system::transactional)
				.block(PATIENCE);
		return (count != null) ? count : -1;
	}

	/// Orders an export and waits until it is done.
	private String exported(Person person) {
		String path = "/api/v1/organizations/me/exports/" + order(person);
		await(person, path);
		return path;
	}

	private String order(Person person) {
		Map<?, ?> export = person.on(this.client)
				.post()
				.uri("/api/v1/organizations/me/exports")
				.exchange()
				.expectStatus()
				.isAccepted()
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		return String.valueOf(export.get("id"));
	}

	private void await(Person person, String path) {
		Mono.fromSupplier(() -> get(person, path).path("status").asString())
				.subscribeOn(Schedulers.boundedElastic())
				.filter("done"::equals)
				.repeatWhenEmpty((attempts) -> attempts.delayElements(Duration.ofMillis(200)))
				.block(Duration.ofSeconds(30));
	}

}
