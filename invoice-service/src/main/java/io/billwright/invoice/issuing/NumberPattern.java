package io.billwright.invoice.issuing;

import java.time.LocalDate;
import java.util.regex.Pattern;

/// How an organization's invoice numbers look: text with the placeholders `{seq}` (six digits at least; `{seq:4}` four
/// at least), `{yyyy}`, `{yy}` and `{mm}`. The sequence never starts over, so that it has no gaps whatever the date part
/// says.
///
/// @param text at most 40 characters with exactly one `{seq}`, for example `INV-{yyyy}-{seq}`
public record NumberPattern(String text) {

	private static final int MAX_LENGTH = 40;

	private static final String LITERAL = "[A-Za-z0-9/._ -]";

	private static final Pattern SYNTAX = Pattern
			.compile("(%1$s|\\{yyyy}|\\{yy}|\\{mm})*\\{seq(:(?<width>[1-9]))?}(%1$s|\\{yyyy}|\\{yy}|\\{mm})*"
					.formatted(LITERAL));

	/// `INV-000001`, `INV-000002`, ...
	public static final NumberPattern DEFAULT = new NumberPattern("INV-{seq}");

	public NumberPattern {
		if ((text.length() > MAX_LENGTH) || !SYNTAX.matcher(text).matches()) {
			throw new IllegalArgumentException(
					"must have at most 40 characters: letters, digits, / . _ - and space, {yyyy}, {yy}, {mm}, and {seq} once");
		}
	}

	/// The number at a position of the series.
	public String format(long sequence, LocalDate issued) {
		int width = this.text.contains("{seq:") ? this.text.charAt(this.text.indexOf("{seq:") + 5) - '0' : 6;
		String digits = ("%0" + width + "d").formatted(sequence);
		String year = "%04d".formatted(issued.getYear());
		return this.text.replaceFirst("\\{seq(:\\d)?}", digits)
				.replace("{yyyy}", year)
				.replace("{yy}", year.substring(2))
				.replace("{mm}", "%02d".formatted(issued.getMonthValue()));
	}

}
