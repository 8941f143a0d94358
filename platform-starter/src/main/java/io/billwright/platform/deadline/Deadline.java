package io.billwright.platform.deadline;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.billwright.platform.failure.Invalid;

/// Until when somebody waits for an answer. It travels in the Reactor context, under this class, and from process to process as
/// what is left of it.
public final class Deadline {

	/// The header that carries it, in and out: a number of milliseconds or seconds, for example `500ms` or `2s`.
	public static final String HEADER = "X-Request-Timeout";

	/// The exchange's attribute with the request's deadline.
	public static final String ATTRIBUTE = Deadline.class.getName();

	private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(ms|s)");

	private final long nanos;

	private Deadline(long nanos) {
		this.nanos = nanos;
	}

	/// @param max what a longer time counts as
	/// @throws Invalid where the header has another form
	static Deadline of(String header, Duration max) {
		Matcher form = FORM.matcher(header);
		if (!form.matches()) {
			throw new Invalid("x-request-timeout", "malformed", "must be a time like 500ms or 2s");
		}
		long number = Long.parseLong(form.group(1));
		Duration wanted = form.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
		return in((wanted.compareTo(max) < 0) ? wanted : max);
	}

	/// The one that is this far away.
	public static Deadline in(Duration time) {
		return new Deadline(System.nanoTime() + time.toNanos());
	}

	/// What is left of it; negative when it is over.
	public Duration left() {
		return Duration.ofNanos(this.nanos - System.nanoTime());
	}

	/// What is left of it, for the next process.
	///
	/// @throws DeadlineExceeded where that is less than a millisecond
	public String header() {
		long millis = left().toMillis();
		if (millis <= 0) {
			throw new DeadlineExceeded();
		}
		return millis + "ms";
	}

}
