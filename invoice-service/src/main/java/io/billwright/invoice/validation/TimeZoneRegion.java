package io.billwright.invoice.validation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.Set;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.jspecify.annotations.Nullable;

/// A time zone of the IANA database, not a mere offset: billing days follow its daylight saving rules. `null` passes.
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = TimeZoneRegion.Check.class)
public @interface TimeZoneRegion {

	/// What clients are told.
	String message() default "must be an IANA time zone such as \"Europe/Berlin\"";

	/// Asked for by the specification, not used.
	Class<?>[] groups() default {};

	/// Asked for by the specification, not used.
	Class<? extends Payload>[] payload() default {};

	/// Looks the zone up.
	final class Check implements ConstraintValidator<TimeZoneRegion, @Nullable ZoneId> {

		private static final Set<String> REGIONS = Set.copyOf(ZoneRulesProvider.getAvailableZoneIds());

		@Override
		public boolean isValid(@Nullable ZoneId value, ConstraintValidatorContext context) {
			return (value == null) || REGIONS.contains(value.getId());
		}

	}

}
