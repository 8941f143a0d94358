import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Registers an organization whose customers have an allowance each, and asks for their balances at a fixed rate, whatever the
/// answers (an open model): through the gateway with an API key, or at the service with a passport of its own making.
///
/// `setup GATEWAY CUSTOMERS FILE` writes the organization, the API key and the customers. `ask ADDRESS FILE RATE SECONDS EVENTS GATEWAY
/// [KEY]` prints answers a second, p50, p95 and p99 from when a question was due in milliseconds, and answers other than a balance of
/// what was granted. While it asks it sends so many events a second through the gateway, as counted ones change balances. With the
/// gateway's private key it asks the service.
class Balances {

	/// Requests in flight; when all are, the generator falls behind, and the times tell.
	private static final int IN_FLIGHT = 256;

	private static final String PASSWORD = "correct-horse-battery-staple-9";

	private static final Duration PASSPORT_LIFE = Duration.ofMinutes(4);

	static void main(String[] arguments) throws Exception {
		if (arguments[0].equals("setup")) {
			setUp(arguments[1], Integer.parseInt(arguments[2]), Path.of(arguments[3]));
		}
		else {
			ask(arguments);
		}
		System.exit(0);
	}

	private static void setUp(String address, int customers, Path file) throws Exception {
		try (Api api = new Api(address)) {
			api.post("/api/v1/auth/register", "", """
					{"organization":{"name":"Load","country":"DE","time_zone":"Europe/Berlin","default_currency":"EUR"},
					 "name":"Load","email":"balance@example.com","password":"%s"}""".formatted(PASSWORD));
			String token = "Bearer " + Api.field(api.post("/api/v1/auth/login", "",
					"{\"email\":\"balance@example.com\",\"password\":\"%s\",\"mode\":\"token\"}".formatted(PASSWORD)),
					"access_token");
			String organization = Api.field(api.get("/api/v1/organizations/me", token), "id");
			List<String> lines = new ArrayList<>(List.of(organization, Api.field(api.post("/api/v1/api-keys", token,
					"{\"name\":\"load\",\"mode\":\"live\",\"scopes\":[\"usage:write\",\"usage:read\"]}"), "secret")));
			api.post("/api/v1/meters", token,
					"{\"slug\":\"calls\",\"name\":\"Calls\",\"event_name\":\"api_call\",\"aggregation\":\"count\"}");
			for (int i = 0; i < customers; i++) {
				String customer = Api.field(api.post("/api/v1/customers", token,
						"{\"name\":\"Customer %d\",\"currency\":\"EUR\"}".formatted(i)), "id");
				grant(api, token, customer);
				lines.add(customer);
			}
			Files.write(file, lines);
		}
	}

	/// As soon as usage knows the customer.
	private static void grant(Api api, String token, String customer) throws Exception {
		String body = "{\"customer\":\"%s\",\"meter\":\"calls\",\"amount\":\"1000000\",\"every\":\"month\"}".formatted(customer);
		for (int attempt = 1;; attempt++) {
			try {
				api.post("/api/v1/usage/allowances", token, body);
				return;
			}
			catch (java.io.IOException ex) {
				if (attempt == 100) {
					throw ex;
				}
				Thread.sleep(100);
			}
		}
	}

	private static void ask(String[] arguments) throws Exception {
		List<String> lines = Files.readAllLines(Path.of(arguments[2]));
		List<String> customers = lines.subList(2, lines.size());
		double rate = Double.parseDouble(arguments[3]);
		int questions = (int) (rate * Integer.parseInt(arguments[4]));
		int events = Integer.parseInt(arguments[5]);
		boolean direct = arguments.length > 7;
		try (Api api = new Api(arguments[1]); Api gateway = new Api(arguments[6])) {
			AtomicLongArray times = new AtomicLongArray(questions);
			AtomicInteger answered = new AtomicInteger();
			AtomicInteger refused = new AtomicInteger();
			Semaphore places = new Semaphore(IN_FLIGHT);
			String passport = direct ? passport(lines.getFirst(), Path.of(arguments[7])) : "";
			long begin = System.nanoTime();
			long passportUntil = begin + PASSPORT_LIFE.dividedBy(2).toNanos();
			int sent = 0;
			for (int i = 0; i < questions; i++) {
				long due = begin + (long) (i / rate * 1e9);
				for (; sent < (due - begin) / 1e9 * events; sent += 10) {
					send(gateway, lines.get(1), customers, sent);
				}
				for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
					LockSupport.parkNanos(left);
				}
				if (direct && (System.nanoTime() > passportUntil)) {
					passport = passport(lines.getFirst(), Path.of(arguments[7]));
					passportUntil = System.nanoTime() + PASSPORT_LIFE.dividedBy(2).toNanos();
				}
				HttpRequest request = question(arguments[1], customers.get(i % customers.size()), lines.get(1), passport);
				places.acquire();
				api.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
					places.release();
					if (failure == null && answer.statusCode() == 200 && answer.body().contains("\"granted\":\"1000000\"")) {
						times.set(answered.getAndIncrement(), System.nanoTime() - due);
					}
					else if (refused.getAndIncrement() == 0) {
						System.err.println("balance: " + ((failure != null) ? failure : answer.statusCode() + " " + answer.body()));
					}
				});
			}
			places.acquire(IN_FLIGHT);
			long[] sorted = new long[answered.get()];
			Arrays.setAll(sorted, times::get);
			Arrays.sort(sorted);
			System.out.printf(Locale.ROOT, "%.0f %.2f %.2f %.2f %d%n", sorted.length / ((System.nanoTime() - begin) / 1e9),
					quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 0.99), refused.get());
		}
	}

	private static HttpRequest question(String address, String customer, String key, String passport) {
		HttpRequest.Builder request = HttpRequest
				.newBuilder(URI.create(address + "/api/v1/usage/balance?meter=calls&customer=" + customer))
				.timeout(Duration.ofSeconds(10));
		return (passport.isEmpty() ? request.header("X-API-Key", key) : request.header("X-Billwright-Passport", passport))
				.build();
	}

	/// Ten events of the customers in turn, not waited for.
	private static void send(Api gateway, String key, List<String> customers, int from) {
		StringBuilder body = new StringBuilder("[");
		for (int i = from; i < from + 10; i++) {
			body.append((i == from) ? "" : ",")
					.append("{\"idempotency_key\":\"%d-%d\",\"customer\":\"%s\",\"metric\":\"api_call\"}".formatted(
							System.nanoTime(), i, customers.get(i % customers.size())));
		}
		gateway.client.sendAsync(gateway.request("/api/v1/usage/events", key)
				.POST(HttpRequest.BodyPublishers.ofString(body.append(']').toString()))
				.build(), HttpResponse.BodyHandlers.discarding());
	}

	private static double quantile(long[] sorted, double share) {
		return (sorted.length == 0) ? Double.NaN : sorted[(int) (sorted.length * share)] / 1e6;
	}

	/// What the gateway tells the service: decision 2.
	private static String passport(String organization, Path key) throws Exception {
		long now = Instant.now().getEpochSecond();
		String token = base64("{\"alg\":\"ES256\"}") + '.' + base64("""
				{"iss":"billwright-gateway","aud":"billwright","iat":%d,"exp":%d,"sub":"key_01m7z19s03fe3bvg4sa75k55wn",
				"kind":"api_key","org":"%s","mode":"live","scope":"usage:read"}"""
				.formatted(now, now + PASSPORT_LIFE.toSeconds(), organization));
		Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
		String pem = Files.readString(key).replaceAll("-----[A-Z ]+-----|\\s", "");
		PrivateKey secret = KeyFactory.getInstance("EC")
				.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
		signature.initSign(secret);
		signature.update(token.getBytes(StandardCharsets.US_ASCII));
		return token + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
	}

	private static String base64(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
