package io.billwright.platform.quota;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/// How much may be used: so much in each of several windows at once, all of which count. It is written `100/hour`,
/// `10/s, 1000/h` or `6000/min burst 1000`; a window may be a multiple, `5/15min`. Settings and policies take it as such a
/// text.
///
/// @param windows one to four, of different lengths, the shortest first
public record Quota(List<Window> windows) {

	private static final int WINDOWS_MAX = 4;

	/// Nine digits fit into an `int`, and no limit needs more.
	private static final Pattern WINDOW = Pattern.compile(
			"(\\d{1,9}) ?/ ?(\\d{0,3}) ?(s|sec|second|m|min|minute|h|hour|d|day)s?(?: burst (\\d{1,9}))?");

	public Quota {
		windows = windows.stream().sorted((one, other) -> one.period().compareTo(other.period())).toList();
		if (windows.isEmpty() || (windows.size() > WINDOWS_MAX)
				|| (windows.stream().map(Window::period).distinct().count() < windows.size())) {
			throw new IllegalArgumentException("a limit has one to four windows of different lengths");
		}
	}

	/// Reads a quota.
	///
	/// @throws IllegalArgumentException saying how it is written
	public static Quota of(String text) {
		return new Quota(Arrays.stream(text.split(",", -1)).map(Window::of).toList());
	}

	@Override
	public String toString() {
		return this.windows.stream().map(Window::toString).collect(Collectors.joining(", "));
	}

	/// So much in one window.
	///
	/// @param most in the window, refilled evenly, at least 1
	/// @param period the window's length: whole seconds, at least one
	/// @param burst how much may be used at once, at least 1
	public record Window(int most, Duration period, int burst) {

		public Window {
			if ((most < 1) || (burst < 1) || (period.toSeconds() < 1) || (period.toNanosPart() != 0)) {
				throw new IllegalArgumentException("a limit and its burst are at least 1, a window at least 1 s");
			}
		}

		private static Window of(String text) {
			Matcher parts = WINDOW.matcher(text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
			if (!parts.matches()) {
				throw new IllegalArgumentException(
						"'%s' is no limit such as '100/hour', '10/s, 1000/h' or '6000/min burst 1000'"
								.formatted(text.strip()));
			}
			int most = Integer.parseInt(parts.group(1));
			int multiple = parts.group(2).isEmpty() ? 1 : Integer.parseInt(parts.group(2));
			@Nullable
			String burst = parts.group(4);
			return new Window(most, unit(parts.group(3).charAt(0)).multipliedBy(multiple),
					(burst != null) ? Integer.parseInt(burst) : most);
		}

		/// The window's length as it is written, for example `s` or `15min`.
		public String length() {
			long seconds = this.period.toSeconds();
			return (seconds % 86_400 == 0)
					? length(seconds / 86_400, "d")
					: (seconds % 3600 == 0)
							? length(seconds / 3600, "h")
							: (seconds % 60 == 0) ? length(seconds / 60, "min") : length(seconds, "s");
		}

		@Override
		public String toString() {
			return this.most + "/" + length() + ((this.burst != this.most) ? " burst " + this.burst : "");
		}

		private static String length(long count, String unit) {
			return (count == 1) ? unit : count + unit;
		}

		private static Duration unit(char initial) {
			return switch (initial) {
				case 's' -> Duration.ofSeconds(1);
				case 'm' -> Duration.ofMinutes(1);
				case 'h' -> Duration.ofHours(1);
				default -> Duration.ofDays(1);
			};
		}

	}

}
