package io.billwright.user;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;
import io.billwright.user.member.Role;
import io.billwright.user.secret.Secrets;
import io.billwright.user.system.SystemTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/// What every test against the running service starts from: one application, real servers, people with accounts.
@PlatformTest
public abstract class AccountsSpec {

	protected static final String PASSWORD = "violet anchor tunes 9 mosaics";

	protected static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Pattern CODE = Pattern.compile("code: (\\S+)");

	private static final Path KEY = signingKey();

	private static final Path SEALING_KEY = sealingKey();

	@Autowired
	protected WebTestClient client;

	@Autowired
	protected DatabaseClient database;

	@Autowired
	protected SystemTransaction system;

	@Autowired
	private MeterRegistry meters;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) {
		registry.add("billwright.tokens.private-key", KEY::toString);
		registry.add("billwright.users.sealing.keys", SEALING_KEY::toString);
		Map.of("sending.http", "true", "sending.allowed-networks", "127.0.0.0/8", "sending.connect-timeout", "1s",
				"sending.timeout", "2s", "lease", "4s", "retries", "300ms,300ms,300ms", "concurrency", "4",
				"per-organization", "3", "per-endpoint", "2",
				"poll", "200ms")
				.forEach((name, value) -> registry.add("billwright.users.webhooks." + name, () -> value));
	}

	/// A new organization with its owner, who has confirmed the address.
	protected Person owner() {
		String email = "owner-" + UUID.randomUUID() + "@example.com";
		register(email).expectStatus().isAccepted();
		confirm(email);
		return logIn(email);
	}

	protected WebTestClient.ResponseSpec register(String email) {
		return anonymous().post()
				.uri("/api/v1/auth/register")
				.bodyValue(Map.of("organization", Map.of("name", "Acme", "country", "DE", "time_zone", "Europe/Berlin",
						"default_currency", "EUR"), "name", "Olga Owner", "email", email, "password", PASSWORD))
				.exchange();
	}

	protected void confirm(String email) {
		anonymous().post()
				.uri("/api/v1/auth/verify-email")
				.bodyValue(Map.of("token", mailedCode(email)))
				.exchange()
				.expectStatus()
				.isNoContent();
	}

	protected Person logIn(String email) {
		LoginAnswer answer = logIn(email, PASSWORD, "token").expectStatus()
				.isOk()
				.expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody();
		assertThat(answer).isNotNull();
		return new Person(answer.user_id(), answer.organization_id(), email, Role.of(answer.role()));
	}

	protected WebTestClient.ResponseSpec logIn(String email, String password, String mode) {
		return anonymous().post()
				.uri("/api/v1/auth/login")
				.bodyValue(Map.of("email", email, "password", password, "mode", mode))
				.exchange();
	}

	/// Somebody new whom a member has invited and who has joined.
	protected Person join(Person inviter, String role) {
		String email = stranger();
		invite(inviter, email, role).expectStatus().isCreated();
		accept(Map.of("token", mailedCode(email), "name", "Gustav Guest", "password", PASSWORD)).expectStatus().isOk();
		return logIn(email);
	}

	protected WebTestClient.ResponseSpec invite(Person inviter, String email, String role) {
		return inviter.on(this.client)
				.post()
				.uri("/api/v1/invitations")
				.bodyValue(Map.of("email", email, "role", role))
				.exchange();
	}

	protected WebTestClient.ResponseSpec accept(Map<String, Object> body) {
		return anonymous().post().uri("/api/v1/invitations/accept").bodyValue(body).exchange();
	}

	/// An address that nobody has.
	protected static String stranger() {
		return "guest-" + UUID.randomUUID() + "@example.com";
	}

	protected WebTestClient anonymous() {
		return Passports.anonymous().on(this.client);
	}

	/// The answers to requests that are sent by as many threads at the same time.
	protected static <T> List<T> atOnce(List<Callable<T>> requests) {
		CyclicBarrier start = new CyclicBarrier(requests.size());
		try (ExecutorService threads = Executors.newFixedThreadPool(requests.size())) {
			return requests.stream().map((request) -> threads.submit(() -> {
				start.await();
				return request.call();
			})).toList().stream().map(AccountsSpec::answer).toList();
		}
	}

	private static <T> T answer(Future<T> request) {
		try {
			return request.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// For `contextWrite`: a request of the person that is made with the session.
	protected static UnaryOperator<Context> inSession(Person person, String session) {
		Tenant tenant = new Tenant(OrganizationId.parse(person.organization()).value(), true);
		Caller caller = new Caller(CallerKind.USER, person.id(), tenant, Set.of(), person.role().code(), session, "");
		return (context) -> tenant.bind().apply(context).put(Caller.class, caller);
	}

	protected static int status(WebTestClient.ResponseSpec response) {
		return response.returnResult(Void.class).getStatus().value();
	}

	/// How many passwords have been hashed (`hash`) or compared with a hash (`match`).
	protected long passwords(String work) {
		return this.meters.get("billwright.passwords").tag("work", work).timer().count();
	}

	protected WebTestClient.ResponseSpec erase(Person person, String password) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/users/me/erase")
				.bodyValue(Map.of("password", password))
				.exchange();
	}

	/// What the person is shown.
	protected JsonNode get(Person person, String path) {
		return person.on(this.client)
				.get()
				.uri(path)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
	}

	/// Whether nobody has touched the trail of the person's organization.
	protected boolean isTrailValid(Person person) {
		return get(person, "/api/v1/audit-log/verification").path("valid").asBoolean();
	}

	/// A statement past the API, in the person's organization.
	protected <T> Mono<T> as(Person person, Mono<T> statement) {
		return this.system
				.transactional(this.system.onBehalfOf(OrganizationId.parse(person.organization()), statement));
	}

	/// Writes rows of the person's organization past the API.
	protected void write(Person person, String sql) {
		as(person, this.database.sql(sql).then()).block(PATIENCE);
	}

	/// The secret in the newest mail to the address.
	protected String mailedCode(String email) {
		Matcher code = CODE.matcher(newestMail(email));
		assertThat(code.find()).as("a code in the mail to %s", email).isTrue();
		return code.group(1);
	}

	protected String newestMail(String email) {
		String text = this.database
				.sql("SELECT plain FROM mails WHERE recipient = :email AND plain IS NOT NULL ORDER BY id DESC LIMIT 1")
				.bind("email", email)
				.mapValue(String.class)
				.one()
				.as(this.system::transactional)
				.block(PATIENCE);
		assertThat(text).as("a mail to %s", email).isNotNull();
		return text;
	}

	protected long countMails(String email) {
		Long count = this.database.sql("SELECT count(*) FROM mails WHERE recipient = :email")
				.bind("email", email)
				.mapValue(Long.class)
				.one()
				.as(this.system::transactional)
				.block(PATIENCE);
		return (count != null) ? count : 0;
	}

	private static Path sealingKey() {
		try {
			Path file = Files.createTempFile("sealing-key-", ".base64");
			file.toFile().deleteOnExit();
			return Files.writeString(file, Base64.getEncoder().encodeToString(Secrets.bytes(32)) + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// PKCS #8, as the service is given it in production.
	private static Path signingKey() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(256);
			String body = Base64.getMimeEncoder(64, new byte[]{'\n'})
					.encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
			Path file = Files.createTempFile("tokens-private-key-", ".pem");
			file.toFile().deleteOnExit();
			return Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// What a login in either mode answers.
	public record LoginAnswer(String user_id, String organization_id, String role, String scope, String session_id,
			String csrf_token, String expires_at, String access_token, String token_type, Long expires_in,
			String refresh_token) {}

	/// Somebody who is logged in.
	public record Person(String id, String organization, String email, Role role) {

		/// What the gateway would say of them.
		public Passport passport() {
			return Passports.user(this.organization, this.role.scope().split(" ")).as(this.id)
					.withRole(this.role.code());
		}

		/// A client that acts for them.
		public WebTestClient on(WebTestClient client) {
			return passport().on(client);
		}

	}

}
