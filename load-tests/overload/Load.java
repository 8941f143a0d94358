import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Asks at random, so many times a second, whatever the answers (an open model: users do not wait for each other), and tells
/// of the second half of the time: asked, answered with 200, refused with 503, otherwise not answered, and p50 and p99 of the
/// answers in milliseconds from when the request was due. Nobody waits longer than five seconds.
///
/// Arguments: address, requests a second, seconds.
class Load {

	static void main(String[] arguments) throws Exception {
		URI uri = URI.create(arguments[0]);
		double perSecond = Double.parseDouble(arguments[1]);
		long time = Duration.ofSeconds(Long.parseLong(arguments[2])).toNanos();
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
		AtomicLongArray times = new AtomicLongArray((int) (perSecond * time / 1e9 * 1.5) + 1000);
		AtomicInteger asked = new AtomicInteger();
		AtomicInteger answered = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		AtomicInteger lost = new AtomicInteger();
		try (HttpClient client = HttpClient.newBuilder()
				.version(HttpClient.Version.HTTP_1_1)
				.executor(Executors.newFixedThreadPool(2))
				.build()) {
			long begin = System.nanoTime();
			long due = begin;
			while (due - begin < time) {
				due += (long) (-Math.log(1 - ThreadLocalRandom.current().nextDouble()) / perSecond * 1e9);
				while (System.nanoTime() < due) {
					LockSupport.parkNanos(due - System.nanoTime());
				}
				if (due - begin < time / 2) {
					client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
					continue;
				}
				asked.incrementAndGet();
				long from = due;
				client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, failure) -> {
					if (failure == null && answer.statusCode() == 200) {
						times.set(answered.getAndIncrement(), System.nanoTime() - from);
					}
					else if (failure == null && answer.statusCode() == 503) {
						refused.incrementAndGet();
					}
					else {
						lost.incrementAndGet();
					}
				});
			}
			while (answered.get() + refused.get() + lost.get() < asked.get()) {
				Thread.sleep(50);
			}
		}
		double seconds = time / 2e9;
		long[] sorted = new long[answered.get()];
		Arrays.setAll(sorted, times::get);
		Arrays.sort(sorted);
		System.out.printf(Locale.ROOT, "%.0f %.0f %.0f %.0f %.1f %.1f%n", asked.get() / seconds, answered.get() / seconds,
				refused.get() / seconds, lost.get() / seconds, quantile(sorted, 0.5), quantile(sorted, 0.99));
		System.exit(0);
	}

	private static double quantile(long[] sorted, double share) {
		return (sorted.length == 0) ? Double.NaN : sorted[(int) (sorted.length * share)] / 1e6;
	}

}
