package io.billwright.gateway.upstream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

/// With the default settings and a clock that stands still.
class InstancesTests {

	private static final int REQUESTS = 10_000;

	private static final Duration REST = Duration.ofSeconds(10);

	private long now = 42;

	@Test
	void instanceWhenItHasMoreUnderWayThenTheOthersGetTheRequests() {
		Instances instances = instances("a", "b", "c");
		Instance busy = instances.choose(null);
		busy.begin();
		assertThat(chosen(instances)).hasSize(2).doesNotContainKey(name(busy));
		busy.end();
		assertThat(chosen(instances)).hasSize(3)
				.allSatisfy((name, count) -> assertThat(count).isCloseTo(REQUESTS / 3, withPercentage(20)));
	}

	@Test
	void instanceWhenItHasJustFailedThenIsTakenOnlyIfThereIsNoOther() {
		Instances one = instances("a");
		assertThat(one.choose(one.choose(null))).isSameAs(one.choose(null));
		Instances two = instances("a", "b");
		Instance failed = two.choose(null);
		for (int i = 0; i < 100; i++) {
			assertThat(two.choose(failed)).isNotSameAs(failed);
		}
	}

	@Test
	void instanceWhenNewThenGetsItsShareLittleByLittle() {
		Instances instances = instances("a", "b");
		instances.become(addresses("a", "b", "c"));
		assertThat(chosen(instances).get("c")).isBetween(100, REQUESTS / 8);
		advance(Duration.ofSeconds(15));
		assertThat(chosen(instances).get("c")).isBetween(REQUESTS / 10, REQUESTS / 4);
		advance(Duration.ofSeconds(15));
		assertThat(chosen(instances).get("c")).isCloseTo(REQUESTS / 3, withPercentage(20));
	}

	@Test
	void instancesWhenTheNameMeansOthersThenOnlyThoseAreNewThatWereNotThere() {
		Instances instances = instances("a", "b");
		List<Instance> gone = instances.become(addresses("b", "c"));
		assertThat(gone).extracting(InstancesTests::name).containsExactly("a");
		assertThat(chosen(instances)).containsOnlyKeys("b", "c");
		assertThat(chosen(instances).get("b")).as("it was warm").isGreaterThan(REQUESTS / 2);
		assertThat(instances.become(addresses("d"))).hasSize(2);
		assertThat(chosen(instances)).as("nobody else is there").containsOnly(Map.entry("d", REQUESTS));
	}

	@Test
	void instanceWhenItDoesNotAnswerThenIsLeftOutLongerEachTimeAndComesBackSlowly() {
		Instances instances = instances("a", "b");
		Instance silent = instances.choose(null);
		assertThat(fail(instances, silent, 4)).isFalse();
		instances.answered(silent, false);
		assertThat(fail(instances, silent, 4)).as("an answer starts the count anew").isFalse();
		assertThat(fail(instances, silent, 1)).isTrue();
		assertThat(instances.away()).isEqualTo(1);
		assertThat(chosen(instances)).hasSize(1).doesNotContainKey(name(silent));

		advance(REST);
		assertThat(chosen(instances).get(name(silent))).isBetween(100, REQUESTS / 5);

		fail(instances, silent, 5);
		advance(REST);
		assertThat(chosen(instances)).as("the second rest is longer").doesNotContainKey(name(silent));
		advance(REST);
		assertThat(chosen(instances)).containsKey(name(silent));

		instances.compare();
		instances.compare();
		fail(instances, silent, 5);
		advance(REST);
		assertThat(chosen(instances)).as("it has been forgiven").containsKey(name(silent));
	}

	@Test
	void instanceWhenItSendsClientsAwayThenGetsNoMoreRequestsForAWhile() {
		Instances instances = instances("a", "b");
		Instance leaving = instances.choose(null);
		instances.leaving(leaving);
		assertThat(chosen(instances)).hasSize(1).doesNotContainKey(name(leaving));
		advance(Duration.ofSeconds(5));
		assertThat(chosen(instances)).containsKey(name(leaving));
		instances.leaving(instances.choose(leaving));
		assertThat(chosen(instances)).as("rather one that is new").containsOnly(Map.entry(name(leaving), REQUESTS));
		all(instances).forEach(instances::leaving);
		assertThat(chosen(instances)).as("better than nobody").hasSize(2);
	}

	@Test
	void instancesWhenAllAreSilentThenHalfOfThemAreStillAsked() {
		Instances instances = instances("a", "b", "c");
		for (Instance instance : all(instances)) {
			fail(instances, instance, 5);
		}
		assertThat(instances.away()).isEqualTo(1);
		Instances one = instances("a");
		assertThat(fail(one, one.choose(null), 100)).isFalse();
	}

	@Test
	void instanceWhenItFailsMuchMoreOftenThanTheOthersThenIsLeftOut() {
		Instances instances = instances("a", "b", "c");
		List<Instance> all = all(instances);
		answers(instances, all.get(0), 10, 10);
		answers(instances, all.get(1), 18, 2);
		answers(instances, all.get(2), 18, 2);
		instances.compare();
		assertThat(chosen(instances)).hasSize(2).doesNotContainKey(name(all.get(0)));

		advance(Duration.ofMinutes(1));
		all.forEach((instance) -> answers(instances, instance, 10, 10));
		instances.compare();
		assertThat(instances.away()).as("no worse than the others").isZero();

		answers(instances, all.get(0), 0, 19);
		answers(instances, all.get(1), 20, 0);
		instances.compare();
		assertThat(instances.away()).as("too few to say").isZero();
	}

	private static void answers(Instances instances, Instance instance, int good, int bad) {
		for (int i = 0; i < good + bad; i++) {
			instances.answered(instance, i >= good);
		}
	}

	private static boolean fail(Instances instances, Instance instance, int times) {
		boolean out = false;
		for (int i = 0; i < times; i++) {
			out |= instances.unanswered(instance);
		}
		return out;
	}

	private void advance(Duration time) {
		this.now += time.toNanos();
	}

	private static List<Instance> all(Instances instances) {
		return Stream.generate(() -> instances.choose(null)).limit(200).distinct().toList();
	}

	private static Map<String, Integer> chosen(Instances instances) {
		Map<String, Integer> counts = new HashMap<>();
		for (int i = 0; i < REQUESTS; i++) {
			counts.merge(name(instances.choose(null)), 1, Integer::sum);
		}
		return counts;
	}

	private static String name(Instance instance) {
		return instance.address().getHostString();
	}

	private Instances instances(String... hosts) {
		return new Instances("service", List.copyOf(addresses(hosts)), HttpClient.create(), settings(), () -> this.now);
	}

	private static Set<InetSocketAddress> addresses(String... hosts) {
		return Arrays.stream(hosts)
				.map((host) -> InetSocketAddress.createUnresolved(host, 80))
				.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	private static UpstreamSettings settings() {
		return new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("billwright.gateway.upstream",
				UpstreamSettings.class);
	}

}
