package io.billwright.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.web.reactive.server.WebTestClient;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;

/// Measures searches over HTTP against generated documents; see load-tests/search/README.md. Not part of the build, as
/// its name does not end with Tests.
@SearchTest
class SearchBenchmark {

	/// As the generator makes them.
	private static final UUID HOT_TENANT = UUID.fromString("00000000-0000-7000-8000-000000000001");

	private static final UUID SMALL_TENANT = UUID.fromString("00000000-0000-7000-8000-000000000002");

	private static final Path SCRIPT = Path.of("..", "load-tests", "search", "documents.sql");

	private static final int DOCUMENTS = Integer.getInteger("bench.documents", 1_000_000);

	private static final int NEIGHBOURS = Integer.getInteger("bench.neighbours", 50);

	private static final int ROUNDS = Integer.getInteger("bench.rounds", 300);

	private static final int WARM_UP = 30;

	private static final Map<String, List<String>> KINDS = kinds();

	@Autowired
	private WebTestClient client;

	@Value("${spring.flyway.url}")
	private String url;

	@Value("${spring.flyway.user}")
	private String owner;

	@Value("${spring.flyway.password}")
	private String password;

	@Test
	void measure() throws IOException, SQLException {
		generate();
		Random random = new Random(1);
		List<String> lines = new ArrayList<>();
		List<Long> all = new ArrayList<>();
		KINDS.forEach((kind, queries) -> {
			long[] micros = measure(HOT_TENANT, queries, random);
			Arrays.stream(micros).forEach(all::add);
			lines.add(line(kind, micros));
		});
		lines.add(line("**all**", all.stream().mapToLong(Long::longValue).toArray()));
		lines.add(line("all, a tenant of 2,000 documents beside it", measure(SMALL_TENANT,
				KINDS.values().stream().flatMap(List::stream).toList(), random)));
		String table = "| %,d documents | p50 ms | p95 ms | p99 ms | max ms |%n|---|---|---|---|---|%n%s%n"
				.formatted(DOCUMENTS, String.join(System.lineSeparator(), lines));
		Files.writeString(Path.of("target", "search-benchmark.md"), table);
	}

	private void generate() throws IOException, SQLException {
		try (Connection connection = DriverManager.getConnection(this.url, this.owner, this.password);
				Statement statement = connection.createStatement()) {
			statement.execute("SET bench.documents = %d; SET bench.neighbours = %d".formatted(DOCUMENTS, NEIGHBOURS));
			statement.execute(Files.readString(SCRIPT));
		}
	}

	private long[] measure(UUID tenant, List<String> queries, Random random) {
		Passport passport = Passports.user(new OrganizationId(tenant).text(), "search:read");
		WebTestClient asking = passport.on(this.client).mutate().responseTimeout(Duration.ofSeconds(30)).build();
		for (int round = 0; round < WARM_UP; round++) {
			ask(asking, queries.get(random.nextInt(queries.size())));
		}
		long[] micros = new long[ROUNDS];
		for (int round = 0; round < ROUNDS; round++) {
			String query = queries.get(random.nextInt(queries.size()));
			long start = System.nanoTime();
			ask(asking, query);
			micros[round] = (System.nanoTime() - start) / 1_000;
		}
		return micros;
	}

	private static void ask(WebTestClient asking, String query) {
		asking.get().uri("/api/v1/search?q=" + query).exchange().expectStatus().isOk().expectBody(byte[].class)
				.returnResult();
	}

	private static String line(String kind, long[] micros) {
		long[] sorted = micros.clone();
		Arrays.sort(sorted);
		return "| %s | %.1f | %.1f | %.1f | %.1f |".formatted(kind, at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99),
				sorted[sorted.length - 1] / 1_000.0);
	}

	private static double at(long[] sorted, double share) {
		return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1_000.0;
	}

	private static Map<String, List<String>> kinds() {
		Map<String, List<String>> kinds = new LinkedHashMap<>();
		kinds.put("exact number", List.of("INV-2026-0000123", "INV-2026-0400000", "INV-2026-0777777"));
		kinds.put("number prefix", List.of("INV-2026-00123", "INV-2026-0", "0004567", "INV"));
		kinds.put("one letter", List.of("a", "g", "s", "i"));
		kinds.put("word that 10 % have", List.of("gmbh", "ltd", "llc"));
		kinds.put("word that few have", List.of("kebaman", "lolokan", "tefoban"));
		kinds.put("prefix of a word", List.of("consu", "log", "stell", "kebam"));
		kinds.put("two words", List.of("acme gmbh", "zenith optics", "marine oy", "arctic bak"));
		kinds.put("misspelt", List.of("consultng", "logistcs gmbh", "zenit optcs"));
		kinds.put("filtered", List.of("gmbh&type=customer", "acme&status=void&currency=EUR",
				"consulting&date_from=2026-01-01&date_to=2026-01-31", "ltd&amount_from=9000"));
		return kinds;
	}

}
