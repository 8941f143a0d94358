import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Waits until everything that was accepted so far is counted, asks for the summary of every customer and compares it with
/// what was sent. Prints the seconds it waited, events, customers whose figures differ, p50 and p99 of a summary in
/// milliseconds; ends with 1 where any differ.
///
/// Arguments: address, file of totals. `METERING_DROP=1` forgets one event of what was
/// sent, which must be found.
class Reconcile {

	private static final Duration PATIENCE = Duration.ofMinutes(15);

	static void main(String[] arguments) throws Exception {
		Map<String, long[]> sent = new TreeMap<>();
		for (String line : Files.readAllLines(Path.of(arguments[1]))) {
			String[] words = line.split(" ");
			long[] total = sent.computeIfAbsent(words[0] + " " + words[1], (customer) -> new long[2]);
			total[0] += Long.parseLong(words[2]);
			total[1] += Long.parseLong(words[3]);
		}
		if ("1".equals(System.getenv("METERING_DROP"))) {
			sent.values().iterator().next()[0]--;
		}
		try (Api api = new Api(arguments[0])) {
			System.exit(compare(api, sent) ? 0 : 1);
		}
	}

	private static boolean compare(Api api, Map<String, long[]> sent) throws Exception {
		Instant begin = Instant.now();
		String range = "?start_date=" + encode(begin.minus(Duration.ofDays(30))) + "&end_date="
				+ encode(begin.plus(Duration.ofMinutes(10)));
		awaitCounted(api, sent.keySet().iterator().next(), range, begin);
		double waited = Duration.between(begin, Instant.now()).toMillis() / 1e3;
		List<Long> times = new ArrayList<>();
		long events = 0;
		int differ = 0;
		for (Map.Entry<String, long[]> customer : sent.entrySet()) {
			String[] words = customer.getKey().split(" ");
			long from = System.nanoTime();
			String summary = api.get("/api/v1/usage/summary/" + words[1] + range, words[0]);
			times.add(System.nanoTime() - from);
			BigDecimal count = value(summary, "calls");
			BigDecimal sum = value(summary, "volume");
			long[] total = customer.getValue();
			events += total[0];
			if (count.compareTo(BigDecimal.valueOf(total[0])) != 0 || sum.compareTo(BigDecimal.valueOf(total[1], 2)) != 0) {
				differ++;
				System.err.printf("reconcile: %s has %s events of %s together, but %d of %s were sent%n", words[1], count, sum,
						total[0], BigDecimal.valueOf(total[1], 2));
			}
		}
		Collections.sort(times);
		System.out.printf(Locale.ROOT, "%.1f %d %d %.1f %.1f%n", waited, events, differ,
				times.get(times.size() / 2) / 1e6, times.get(times.size() * 99 / 100) / 1e6);
		return differ == 0;
	}

	/// `as_of` tells up to when everything is counted.
	private static void awaitCounted(Api api, String customer, String range, Instant accepted) throws Exception {
		String[] words = customer.split(" ");
		while (true) {
			String asOf = Api.field(api.get("/api/v1/usage/summary/" + words[1] + range, words[0]), "as_of");
			if (!asOf.equals("null") && Instant.parse(asOf).isAfter(accepted)) {
				return;
			}
			if (Duration.between(accepted, Instant.now()).compareTo(PATIENCE) > 0) {
				throw new IllegalStateException("Not everything is counted after 15 minutes: as_of is " + asOf);
			}
			Thread.sleep(100);
		}
	}

	private static String encode(Instant instant) {
		return URLEncoder.encode(instant.truncatedTo(ChronoUnit.SECONDS).toString(), StandardCharsets.UTF_8);
	}

	/// Of the series of a meter.
	private static BigDecimal value(String summary, String metric) {
		Matcher series = Pattern.compile("\"metric\"\\s*:\\s*\"" + metric + "\".*?\"value\"\\s*:\\s*\"?(-?[0-9.]+|null)")
				.matcher(summary);
		if (!series.find()) {
			throw new IllegalArgumentException("no figure of " + metric + " in " + summary);
		}
		return series.group(1).equals("null") ? BigDecimal.ZERO : new BigDecimal(series.group(1));
	}

}
