package io.billwright.gateway.cache;

import java.util.Locale;

/// How a request fared, for the operator.
enum Outcome {

	/// A fresh answer was at hand.
	HIT,
	/// One that was over was given out while its service is asked again.
	STALE,
	/// One that was over was given out because its service could not answer.
	STALE_ON_ERROR,
	/// Its service said that what is kept is still true.
	REVALIDATED,
	/// Another request was waited for, which asked the same.
	COLLAPSED,
	/// Its service was asked.
	MISS,
	/// It was not looked for.
	BYPASS;

	String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
