package io.billwright.gateway.validation;

import java.util.regex.Pattern;

/// A segment of a path that is an id. One that cannot be an id names nothing, and is answered like one that is nobody's.
///
/// @param segment which one, counted from 0
record PathId(int segment, Pattern form) {

	/// The segment of a raw path.
	String in(String path) {
		int from = 1;
		for (int i = 0; i < this.segment; i++) {
			from = path.indexOf('/', from) + 1;
		}
		int end = path.indexOf('/', from);
		return (end < 0) ? path.substring(from) : path.substring(from, end);
	}

	/// One with escapes is left to the service.
	boolean isPossible(String text) {
		return this.form.matcher(text).find() || text.indexOf('%') >= 0;
	}

}
