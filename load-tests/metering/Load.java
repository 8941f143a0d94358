import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Sends batches of events at a fixed rate, whatever the answers (an open model), 1 % of the events once more and 1 % with a
/// timestamp of hours or days ago. A batch that is not acknowledged is sent again, with the same keys, after the time that the
/// answer asks for, up to 20 times.
///
/// Prints: events a second that were acknowledged, p50, p95 and p99 of the time from when a batch was due to its first 202 in
/// milliseconds, answers other than 202, batches never acknowledged. Adds to the file of totals a line for each customer: its
/// API key, its id, its events, their quantities in hundredths; each event once, however often it was sent.
///
/// Arguments: address, file of tenants, events a second, seconds, events of a batch, run (makes keys unique), file of totals,
/// seconds before that in which the rate grows from a tenth to the whole, not measured, for everybody to warm up.
class Load {

	/// Requests in flight; when all are, the generator falls behind, and the times tell.
	private static final int IN_FLIGHT = 512;

	private static final int ATTEMPTS = 20;

	private static final int REMEMBERED = 256;

	private static final int PROGRESS_SECONDS = 10;

	/// Of the rate, with which it begins to rise.
	private static final double FIRST_SHARE = 0.1;

	private final Api api;

	private final String run;

	private final List<Tenant> tenants;

	private final Semaphore places = new Semaphore(IN_FLIGHT);

	/// By batch: when it was acknowledged after it was due, 0 while it is not.
	private final AtomicLongArray times;

	private final AtomicInteger acknowledged = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	private final AtomicInteger lost = new AtomicInteger();

	private final AtomicLong sequence = new AtomicLong();

	private final Random random = new Random(42);

	Load(Api api, String run, List<Tenant> tenants, int batches) {
		this.api = api;
		this.run = run;
		this.tenants = tenants;
		this.times = new AtomicLongArray(batches);
	}

	static void main(String[] arguments) throws Exception {
		double rate = Double.parseDouble(arguments[2]);
		int seconds = Integer.parseInt(arguments[3]);
		int size = Integer.parseInt(arguments[4]);
		double rise = Integer.parseInt(arguments[7]);
		int unmeasured = (int) Math.ceil(rate * rise * (1 + FIRST_SHARE) / 2 / size);
		int batches = unmeasured + (int) Math.ceil(rate * seconds / size);
		List<Tenant> tenants = Files.readAllLines(Path.of(arguments[1])).stream().map(Tenant::new).toList();
		try (Api api = new Api(arguments[0]); PrintStream totals = new PrintStream(
				Files.newOutputStream(Path.of(arguments[6]), java.nio.file.StandardOpenOption.CREATE,
						java.nio.file.StandardOpenOption.APPEND))) {
			Load load = new Load(api, arguments[5], tenants, batches);
			load.send(batches, unmeasured, size, rate, rise);
			tenants.forEach((tenant) -> tenant.write(totals));
		}
		System.exit(0);
	}

	private void send(int batches, int unmeasured, int size, double rate, double rise) throws InterruptedException {
		long begin = System.nanoTime();
		long measured = begin;
		for (int i = 0; i < batches; i++) {
			long due = begin + (long) (due(i * size / rate, rise) * 1e9);
			Tenant tenant = this.tenants.get(i % this.tenants.size());
			HttpRequest request = this.api.request("/api/v1/usage/events", tenant.key)
					.POST(HttpRequest.BodyPublishers.ofString(batch(tenant, size)))
					.build();
			for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
			this.places.acquire();
			if (i == unmeasured) {
				this.refused.set(0);
				measured = System.nanoTime();
			}
			attempt(request, i, due, 1);
			if (i % Math.max(1, (int) (rate / size * PROGRESS_SECONDS)) == 0) {
				tell(i, due);
			}
		}
		while (this.acknowledged.get() + this.lost.get() < batches) {
			Thread.sleep(10);
		}
		double took = (System.nanoTime() - measured) / 1e9;
		long[] sorted = IntStream.range(unmeasured, batches).mapToLong(this.times::get).filter((time) -> time > 0).sorted().toArray();
		System.out.printf(Locale.ROOT, "%.0f %.1f %.1f %.1f %d %d%n", sorted.length * (double) size / took,
				quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 0.99), this.refused.get(), this.lost.get());
	}

	/// When something is due that would be at a constant rate after so many seconds.
	private static double due(double seconds, double rise) {
		double risen = rise * (1 + FIRST_SHARE) / 2;
		if (seconds >= risen) {
			return rise + seconds - risen;
		}
		double slope = (1 - FIRST_SHARE) / rise;
		return (Math.sqrt(FIRST_SHARE * FIRST_SHARE + 2 * slope * seconds) - FIRST_SHARE) / slope;
	}

	private void tell(int batch, long due) {
		System.err.printf(Locale.ROOT, "load: batch %d, %.1f s late, %d in flight, %d refused%n", batch,
				(System.nanoTime() - due) / 1e9, IN_FLIGHT - this.places.availablePermits(), this.refused.get());
	}

	private void attempt(HttpRequest request, int batch, long due, int attempt) {
		this.api.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
			if (failure == null && answer.statusCode() == 202 && answer.body().contains("\"rejected\":0")) {
				this.times.set(batch, System.nanoTime() - due);
				this.acknowledged.incrementAndGet();
				this.places.release();
				return;
			}
			if (this.refused.getAndIncrement() == 0) {
				System.err.println("load: " + ((failure != null) ? failure : answer.statusCode() + " " + answer.body()));
			}
			if (attempt < ATTEMPTS) {
				CompletableFuture.delayedExecutor(pause(answer), TimeUnit.MILLISECONDS)
						.execute(() -> attempt(request, batch, due, attempt + 1));
			}
			else {
				this.lost.incrementAndGet();
				this.places.release();
			}
		});
	}

	/// As long as the answer asks for, and up to a second more, so that not all come back at once.
	private static long pause(HttpResponse<String> answer) {
		long asked = (answer == null) ? 0 : answer.headers().firstValueAsLong("Retry-After").orElse(0);
		return asked * 1_000 + ThreadLocalRandom.current().nextLong(1_000);
	}

	private String batch(Tenant tenant, int size) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		StringBuilder body = new StringBuilder(size * 220).append('[');
		for (int i = 0; i < size; i++) {
			body.append((i == 0) ? "" : ",");
			int dice = this.random.nextInt(100);
			String again = (dice == 0) ? tenant.any(this.random) : null;
			if (again != null) {
				body.append(again);
				continue;
			}
			Instant timestamp = (dice == 1) ? now.minus(Duration.ofMinutes(60 + this.random.nextInt(20 * 1440))) : now;
			int customer = this.random.nextInt(tenant.customers.length);
			int hundredths = 1 + this.random.nextInt(100_000);
			String event = "{\"idempotency_key\":\"" + this.run + '-' + this.sequence.incrementAndGet() + "\",\"customer\":\""
					+ tenant.customers[customer] + "\",\"metric\":\"api_call\",\"quantity\":\"" + hundredths / 100 + '.'
					+ (char) ('0' + hundredths / 10 % 10) + (char) ('0' + hundredths % 10) + "\",\"timestamp\":\"" + timestamp
					+ "\",\"properties\":{\"region\":\"eu\",\"status\":200}}";
			body.append(event);
			tenant.remember(event, customer, hundredths);
		}
		return body.append(']').toString();
	}

	private static double quantile(long[] sorted, double share) {
		return (sorted.length == 0) ? Double.NaN : sorted[(int) ((sorted.length - 1) * share)] / 1e6;
	}

	/// An organization, and what it was sent.
	private static final class Tenant {

		private final String key;

		private final String[] customers;

		private final long[] counts;

		private final long[] hundredths;

		private final String[] last = new String[REMEMBERED];

		private int events;

		Tenant(String line) {
			String[] words = line.split(" ");
			this.key = words[0];
			this.customers = Arrays.copyOfRange(words, 1, words.length);
			this.counts = new long[this.customers.length];
			this.hundredths = new long[this.customers.length];
		}

		void remember(String event, int customer, int quantity) {
			this.last[this.events++ % REMEMBERED] = event;
			this.counts[customer]++;
			this.hundredths[customer] += quantity;
		}

		String any(Random random) {
			return (this.events == 0) ? null : this.last[random.nextInt(Math.min(this.events, REMEMBERED))];
		}

		void write(PrintStream totals) {
			for (int i = 0; i < this.customers.length; i++) {
				totals.println(this.key + " " + this.customers[i] + " " + this.counts[i] + " " + this.hundredths[i]);
			}
		}

	}

}
