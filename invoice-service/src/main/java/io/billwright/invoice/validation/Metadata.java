package io.billwright.invoice.validation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.regex.Pattern;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.jspecify.annotations.Nullable;

/// What an organization attaches to a resource for its own use: at most 50 pairs. `null` passes.
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Metadata.Check.class)
public @interface Metadata {

	/// What clients are told.
	String message() default "must be at most 50 pairs of a key of 1 to 40 letters, digits, '_', '-' or '.' and a "
			+ "string of at most 500 characters";

	/// Asked for by the specification, not used.
	Class<?>[] groups() default {};

	/// Asked for by the specification, not used.
	Class<? extends Payload>[] payload() default {};

	/// Looks at each pair.
	final class Check implements ConstraintValidator<Metadata, @Nullable Map<String, @Nullable String>> {

		private static final int PAIRS_MAX = 50;

		private static final int VALUE_LENGTH_MAX = 500;

		private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,40}");

		@Override
		public boolean isValid(@Nullable Map<String, @Nullable String> value, ConstraintValidatorContext context) {
			return (value == null)
					|| ((value.size() <= PAIRS_MAX) && value.entrySet().stream().allMatch(Check::isValid));
		}

		private static boolean isValid(Map.Entry<String, @Nullable String> pair) {
			String value = pair.getValue();
			return KEY.matcher(pair.getKey()).matches() && (value != null) && (value.length() <= VALUE_LENGTH_MAX)
					&& (value.indexOf('\0') < 0);
		}

	}

}
