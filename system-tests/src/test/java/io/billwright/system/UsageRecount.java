package io.billwright.system;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What events amount to, added up one by one, in the plainest way there is.
final class UsageRecount {

	/// Clocks go back in it within the days that late events belong to, for some weeks of each year.
	static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

	private final Map<String, BigDecimal> figures = new TreeMap<>();

	private final Set<String> users = new HashSet<>();

	void add(Event event) {
		BigDecimal quantity = BigDecimal.valueOf(event.hundredths(), 2);
		String customer = event.customer();
		this.figures.merge(customer + " calls " + event.timestamp().atZone(ZONE).toLocalDate(), BigDecimal.ONE,
				BigDecimal::add);
		this.figures.merge(customer + " volume " + event.region(), quantity, BigDecimal::add);
		this.figures.merge(customer + " largest", quantity, BigDecimal::max);
		if (this.users.add(customer + " " + event.user())) {
			this.figures.merge(customer + " users", BigDecimal.ONE, BigDecimal::add);
		}
	}

	/// By customer, meter, and day or group.
	Map<String, String> figures() {
		Map<String, String> told = new TreeMap<>();
		this.figures.forEach((name, figure) -> told.put(name, plain(figure)));
		return told;
	}

	/// The same text for the same number.
	static String plain(BigDecimal figure) {
		return figure.stripTrailingZeros().toPlainString();
	}

	/// An event as it is sent.
	record Event(String key, String customer, int hundredths, Instant timestamp, String region, int user) {

		String json() {
			return """
					{"idempotency_key":"%s","customer":"%s","metric":"request","quantity":"%s","timestamp":"%s",\
					"properties":{"region":"%s","user":"u-%d"}}"""
					.formatted(this.key, this.customer, BigDecimal.valueOf(this.hundredths, 2), this.timestamp,
							this.region, this.user);
		}

	}

}
