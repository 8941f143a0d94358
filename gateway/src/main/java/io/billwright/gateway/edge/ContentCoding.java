package io.billwright.gateway.edge;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// A way to make an answer smaller, the better one first.
enum ContentCoding {

	/// RFC 8878.
	ZSTD("zstd", "zstd"),
	/// RFC 1952. `x-gzip` means the same (RFC 9110 section 8.4.1.3).
	GZIP("gzip", "x-gzip");

	private static final String ANY = "*";

	private static final double NOT_NAMED = -1;

	private final String token;

	private final String alias;

	ContentCoding(String token, String alias) {
		this.token = token;
		this.alias = alias;
	}

	/// Its name in headers.
	String token() {
		return this.token;
	}

	/// What a client likes best of what can be had (RFC 9110 section 12.5.3), or `null` where an answer is to stay as it is.
	///
	/// @param accepted the fields `Accept-Encoding`
	/// @param hasZstd whether zstd can be had
	static @Nullable ContentCoding best(List<String> accepted, boolean hasZstd) {
		if (accepted.isEmpty()) {
			return null;
		}
		String[] ranges = String.join(",", accepted).toLowerCase(Locale.ROOT).split(",");
		double any = weight(ranges, ANY, ANY);
		double zstd = hasZstd ? orElse(weight(ranges, ZSTD.token, ZSTD.alias), any) : 0;
		double gzip = orElse(weight(ranges, GZIP.token, GZIP.alias), any);
		double most = Math.max(zstd, gzip);
		if (most <= 0 || weight(ranges, "identity", "identity") > most) {
			return null;
		}
		return (zstd >= gzip) ? ZSTD : GZIP;
	}

	private static double orElse(double weight, double other) {
		return (weight == NOT_NAMED) ? other : weight;
	}

	private static double weight(String[] ranges, String token, String alias) {
		for (String range : ranges) {
			int end = range.indexOf(';');
			String name = ((end < 0) ? range : range.substring(0, end)).strip();
			if (name.equals(token) || name.equals(alias)) {
				return (end < 0) ? 1 : weight(range.substring(end + 1).strip());
			}
		}
		return NOT_NAMED;
	}

	/// A weight that cannot be read is none: nobody gets what they may not have asked for.
	private static double weight(String parameter) {
		try {
			return parameter.startsWith("q=") ? Double.parseDouble(parameter.substring(2).strip()) : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

}
