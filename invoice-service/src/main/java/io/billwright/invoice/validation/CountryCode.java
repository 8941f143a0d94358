package io.billwright.invoice.validation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import java.util.Set;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.jspecify.annotations.Nullable;

/// An ISO 3166-1 alpha-2 code in upper case. `null` passes.
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = CountryCode.Check.class)
public @interface CountryCode {

	/// What clients are told.
	String message() default "must be an ISO 3166-1 country code such as \"DE\"";

	/// Asked for by the specification, not used.
	Class<?>[] groups() default {};

	/// Asked for by the specification, not used.
	Class<? extends Payload>[] payload() default {};

	/// Looks the code up.
	final class Check implements ConstraintValidator<CountryCode, @Nullable String> {

		private static final Set<String> CODES = Set.of(Locale.getISOCountries());

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null) || CODES.contains(value);
		}

	}

}
