package io.billwright.system;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;

import io.billwright.system.UsageRecount.Event;

import static org.assertj.core.api.Assertions.assertThat;

/// An organization's client that sends usage like the world does: out of order, some of it weeks late, some of it twice,
/// and all of it again where no answer came.
final class UsageSender {

	private static final int CUSTOMERS = 10;

	private static final int BATCH = 500;

	/// Of a hundred events, how many are sent again, come late, or wait for a later batch.
	private static final int REPEATED = 1;

	private static final int LATE = 2;

	private static final int HELD_BACK = 5;

	/// Each so manieth batch is sent again although it was acknowledged.
	private static final int BATCH_REPEATED = 10;

	private static final int LATEST_DAYS = 30;

	private static final List<String> REGIONS = List.of("eu", "us", "ap");

	private static final Duration PATIENCE = Duration.ofMinutes(15);

	private final Api api;

	private final List<String> customers;

	private final int events;

	private final int dropped;

	private final Random random;

	private final UsageRecount recount = new UsageRecount();

	private final List<Event> heldBack = new ArrayList<>();

	private final FutureTask<Boolean> work = new FutureTask<>(this::send, true);

	private volatile int acknowledged;

	private UsageSender(Api api, List<String> customers, int events, int dropped, int seed) {
		this.api = api;
		this.customers = customers;
		this.events = events;
		this.dropped = dropped;
		this.random = new Random(seed);
	}

	/// Registers an organization with customers and meters, and begins to send.
	///
	/// @param events how many different ones
	/// @param dropped how many of them are counted here but never sent
	static UsageSender open(int events, int dropped, int seed) {
		Api owner = Organization.register().byToken();
		meter(owner, "calls", "\"aggregation\": \"count\"");
		meter(owner, "volume", "\"aggregation\": \"sum\", \"dimensions\": [\"region\"]");
		meter(owner, "largest", "\"aggregation\": \"max\"");
		meter(owner, "users", "\"aggregation\": \"unique_count\", \"value_property\": \"user\"");
		List<String> customers = new ArrayList<>();
		for (int customer = 0; customer < CUSTOMERS; customer++) {
			customers.add(owner.post("/api/v1/customers", """
					{"name": "Customer %d", "currency": "EUR", "time_zone": "%s"}"""
					.formatted(customer, UsageRecount.ZONE)).expect(201).text("/id"));
		}
		String key = owner.post("/api/v1/api-keys", """
				{"name": "usage", "mode": "live", "scopes": ["usage:read", "usage:write"]}""").expect(201)
				.text("/secret");
		UsageSender sender = new UsageSender(Platform.anonymous().bearer(key), customers, events, dropped, seed);
		Thread.ofVirtual().name("usage-" + seed).start(sender.work);
		return sender;
	}

	/// Different events of which the platform said that it has them.
	int acknowledged() {
		if (this.work.state() == FutureTask.State.FAILED) {
			throw new AssertionError("sending failed", this.work.exceptionNow());
		}
		return this.acknowledged;
	}

	/// Waits until everything is sent.
	void awaitSent() {
		try {
			this.work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("sending failed", ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new AssertionError("sending hangs", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/// What was sent, counted here.
	Map<String, String> expected() {
		return this.recount.figures();
	}

	/// What the platform tells, once everything that was accepted before a moment is counted.
	Map<String, String> told(Instant accepted) {
		Eventually.within(PATIENCE, () -> {
			String asOf = summary(this.customers.getFirst(), "").text("/as_of");
			assertThat(asOf).as("as_of").isNotEmpty();
			return assertThat(Instant.parse(asOf)).isAfter(accepted);
		});
		Map<String, String> figures = new HashMap<>();
		for (String customer : this.customers) {
			summary(customer, "&metric=calls&granularity=day").json().at("/data/0/buckets").forEach((bucket) -> {
				if (bucket.path("events").asInt() > 0) {
					String day = Instant.parse(bucket.path("start").asString())
							.atZone(UsageRecount.ZONE)
							.toLocalDate()
							.toString();
					figures.put(customer + " calls " + day, figure(bucket));
				}
			});
			summary(customer, "&metric=volume&group_by=region").json().path("data").forEach((series) -> figures
					.put(customer + " volume " + series.at("/group/region").asString(), figure(series)));
			summary(customer, "&metric=largest,users").json().path("data").forEach((series) -> figures
					.put(customer + " " + series.path("metric").asString(), figure(series)));
		}
		return figures;
	}

	private Answer summary(String customer, String query) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		Answer answer = this.api.get("/api/v1/usage/summary/%s?start_date=%s&end_date=%s%s".formatted(customer,
				now.minus(LATEST_DAYS + 2, ChronoUnit.DAYS), now.plus(1, ChronoUnit.DAYS), query)).expect(200);
		assertThat(answer.json().path("complete").asBoolean()).as("complete").isTrue();
		return answer;
	}

	private static String figure(JsonNode node) {
		return UsageRecount.plain(new BigDecimal(node.path("value").asString()));
	}

	private void send() {
		List<Event> sent = new ArrayList<>();
		for (int batch = 0; this.acknowledged < this.events; batch++) {
			List<Event> events = new ArrayList<>(this.heldBack);
			this.heldBack.clear();
			int fresh = Math.min(BATCH, this.events - this.acknowledged);
			for (int i = 0; i < fresh; i++) {
				Event event = next(this.acknowledged + i);
				this.recount.add(event);
				boolean last = this.acknowledged + fresh == this.events;
				if (this.acknowledged + i >= this.dropped) {
					(this.random.nextInt(100) < HELD_BACK && !last ? this.heldBack : events).add(event);
				}
				if (!sent.isEmpty() && this.random.nextInt(100) < REPEATED) {
					events.add(sent.get(this.random.nextInt(sent.size())));
				}
			}
			Collections.shuffle(events, this.random);
			String body = events.stream().map(Event::json).collect(Collectors.joining(",", "[", "]"));
			accept(body);
			if (batch % BATCH_REPEATED == 0) {
				accept(body);
			}
			sent = events;
			this.acknowledged += fresh;
		}
	}

	private void accept(String body) {
		assertThat(this.api.insist("/api/v1/usage/events", body).expect(202).json().path("rejected").asInt()).isZero();
	}

	private Event next(int number) {
		Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Instant timestamp = (this.random.nextInt(100) < LATE)
				? now.minus(this.random.nextInt(LATEST_DAYS * 24 * 60), ChronoUnit.MINUTES)
				: now.minusMillis(this.random.nextInt(10_000));
		return new Event("e-" + number, this.customers.get(this.random.nextInt(CUSTOMERS)),
				1 + this.random.nextInt(100_000), timestamp, REGIONS.get(this.random.nextInt(REGIONS.size())),
				this.random.nextInt(1000));
	}

	private static void meter(Api api, String slug, String counting) {
		api.post("/api/v1/meters", """
				{"slug": "%s", "name": "%s", "event_name": "request", %s}""".formatted(slug, slug, counting))
				.expect(201);
	}

}
