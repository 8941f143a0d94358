package io.billwright.gateway.overload;

/// Who is served last when not everybody can be.
public enum Priority {

	/// Refused first: what can wait.
	LOW(60),
	/// The rest.
	NORMAL(90),
	/// Refused last: without it nobody could do anything at all.
	HIGH(100);

	private final int share;

	Priority(int share) {
		this.share = share;
	}

	/// How much of a service it may take, in percent.
	int share() {
		return this.share;
	}

}
