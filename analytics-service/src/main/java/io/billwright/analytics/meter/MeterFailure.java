package io.billwright.analytics.meter;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a meter could not be kept.
public abstract sealed class MeterFailure extends Failure {

	private MeterFailure(String code, String detail) {
		super(Kind.CONFLICT, code, detail);
	}

	/// Another meter of the organization has this slug.
	public static final class SlugTaken extends MeterFailure {

		SlugTaken(String slug) {
			super("meter_slug_taken", "Another meter has the slug '%s'.".formatted(slug));
		}

	}

	/// The meter is archived: it counts no more and is not changed any more.
	public static final class Archived extends MeterFailure {

		Archived(MeterId id) {
			super("meter_archived",
					"The meter %s is archived and cannot be changed; create another one.".formatted(id));
		}

	}

	/// The organization has as many meters as it may: every one costs something with every event.
	public static final class TooMany extends MeterFailure {

		TooMany(int limit) {
			super("too_many_meters",
					"An organization has at most %d active meters. Archive one first.".formatted(limit));
		}

	}

}
