package io.billwright.user.organization;

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

/// The string is the ISO 3166-1 alpha-2 code of a country.
@Documented
@Constraint(validatedBy = Country.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface Country {

	/// What is told where it is not.
	String message() default "must be an ISO 3166-1 country code such as \"DE\"";

	/// The validation groups.
	Class<?>[] groups() default {};

	/// What clients of the validation attach.
	Class<? extends Payload>[] payload() default {};

	/// Knows the countries.
	final class Validator implements ConstraintValidator<Country, String> {

		private static final Set<String> CODES = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null) || CODES.contains(value);
		}

	}

}
