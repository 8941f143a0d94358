package io.billwright.analytics.retention;

/// Why a month is not archived, dropped or restored; told to operators.
class RetentionFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	RetentionFailure(String message) {
		super(message, null, false, false);
	}

}
