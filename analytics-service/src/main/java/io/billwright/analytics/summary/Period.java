package io.billwright.analytics.summary;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// What an answer covers.
///
/// @param granularity `null` for one bucket, the whole
/// @param buckets without a gap, at least one
public record Period(Span whole, ZoneId zone, @Nullable Granularity granularity, List<Span> buckets) {

	/// Buckets of one answer.
	static final int BUCKETS_LIMIT = 2_000;

	/// The longest period: ten years and a bit.
	static final Duration LENGTH_LIMIT = Duration.ofDays(3_660);

	/// The form of both ends: a calendar day, or an instant (RFC 3339).
	public static final String FORM = "\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2}))?";

	/// What clients are told of an end that has another form.
	public static final String FORM_MESSAGE = "must be a day such as \"2026-11-20\" or an instant such as \"2026-11-20T08:30:00Z\"";

	private static final int DAY_LENGTH = "2026-11-20".length();

	/// Reads both ends. Days are those of the zone, the last one included; of instants the last is not.
	///
	/// @param startDate `null` for the first day of the current month
	/// @param endDate `null` for today
	/// @throws Invalid naming every problem
	static Period of(@Nullable String startDate, @Nullable String endDate, @Nullable Granularity granularity,
			ZoneId zone, Instant now) {
		LocalDate today = LocalDate.ofInstant(now, zone);
		List<FieldError> problems = new ArrayList<>();
		Optional<Instant> start = read("start_date", startDate, problems,
				(day) -> begin(Optional.ofNullable(day).orElse(today.withDayOfMonth(1)), zone));
		Optional<Instant> end = read("end_date", endDate, problems,
				(day) -> begin(Optional.ofNullable(day).orElse(today).plusDays(1), zone));
		Span whole = new Span(start.orElse(Instant.EPOCH), end.orElse(Instant.EPOCH));
		if (problems.isEmpty()) {
			checkLength(whole, problems);
		}
		List<Span> buckets = problems.isEmpty() ? buckets(whole, zone, granularity, problems) : List.of(whole);
		if (!problems.isEmpty()) {
			throw new Invalid(problems);
		}
		return new Period(whole, zone, granularity, buckets);
	}

	/// What two ends name, as in a summary.
	///
	/// @throws Invalid naming every problem
	public static Span span(String startDate, String endDate, ZoneId zone, Instant now) {
		return of(startDate, endDate, null, zone, now).whole();
	}

	/// Whether neither an end nor a bucket cuts a minute in two.
	boolean isOfWholeMinutes() {
		return this.buckets.stream()
				.allMatch((bucket) -> isWholeMinute(bucket.start()) && isWholeMinute(bucket.end()));
	}

	private static boolean isWholeMinute(Instant moment) {
		return moment.equals(moment.truncatedTo(ChronoUnit.MINUTES));
	}

	private static Instant begin(LocalDate day, ZoneId zone) {
		return day.atStartOfDay(zone).toInstant();
	}

	private static Optional<Instant> read(String field, @Nullable String text, List<FieldError> problems,
			Function<@Nullable LocalDate, Instant> ofDay) {
		try {
			return Optional.of(((text != null) && (text.length() > DAY_LENGTH))
					? OffsetDateTime.parse(text).toInstant()
					: ofDay.apply((text != null) ? LocalDate.parse(text) : null));
		}
		catch (DateTimeException ex) {
			problems.add(new FieldError(field, "malformed", FORM_MESSAGE));
			return Optional.empty();
		}
	}

	private static void checkLength(Span whole, List<FieldError> problems) {
		if (!whole.start().isBefore(whole.end())) {
			problems.add(new FieldError("end_date", "out_of_range", "must not be before start_date"));
		}
		else if (whole.length().compareTo(LENGTH_LIMIT) > 0) {
			problems.add(new FieldError("start_date", "out_of_range",
					"must be at most %d days before end_date".formatted(LENGTH_LIMIT.toDays())));
		}
	}

	private static List<Span> buckets(Span whole, ZoneId zone, @Nullable Granularity granularity,
			List<FieldError> problems) {
		if (granularity == null) {
			return List.of(whole);
		}
		List<Span> buckets = granularity.split(whole, zone, BUCKETS_LIMIT);
		if (buckets.size() > BUCKETS_LIMIT) {
			problems.add(new FieldError("granularity", "out_of_range",
					"makes more than %d buckets of this range; ask for longer ones or for less time"
							.formatted(BUCKETS_LIMIT)));
		}
		return buckets;
	}

}
