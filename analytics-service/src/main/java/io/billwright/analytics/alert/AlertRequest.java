package io.billwright.analytics.alert;

import java.util.List;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.allowance.Recurrence;

/// What clients say of an alert.
///
/// @param meter its slug or id
/// @param customer `cus_...` or the organization's own id; every customer when not said
/// @param levels decimals, or percentages of what a customer is granted
record AlertRequest(@NotNull @Size(min = 1, max = 63) String meter,
		@Size(min = 1, max = 255) @Nullable String customer, @NotNull Recurrence period,
		@NotEmpty @Size(max = AlertRequest.LEVELS_MAX) List<@NotNull @Pattern(regexp = Level.FORM, message = "must be a positive decimal such as \"1000\", or a percentage such as \"80%\"") String> levels) {

	/// Levels of one alert.
	static final int LEVELS_MAX = 10;

	/// Each once.
	List<Level> toLevels() {
		return this.levels.stream().map(Level::parse).distinct().toList();
	}

}
