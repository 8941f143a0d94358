package io.billwright.analytics.meter;

import org.jspecify.annotations.Nullable;

/// Which meters a list shows; what is `null` does not matter.
record MeterFilter(@Nullable String slug, @Nullable String eventName, Meter.@Nullable Status status) {

	@Nullable
	Boolean active() {
		return (this.status != null) ? this.status == Meter.Status.ACTIVE : null;
	}

}
