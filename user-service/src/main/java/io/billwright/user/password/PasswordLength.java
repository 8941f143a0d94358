package io.billwright.user.password;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.jspecify.annotations.Nullable;

/// The string is as long as a new password has to be. A blank one passes: whether it must be given, another constraint
/// says. Whether it is easily guessed shows only where more is known about its owner, and takes longer.
@Documented
@Constraint(validatedBy = PasswordLength.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface PasswordLength {

	/// What is told where it is not.
	String message() default "A password has " + PasswordSettings.LENGTH_MIN + " to " + PasswordSettings.LENGTH_MAX
			+ " characters.";

	/// The validation groups.
	Class<?>[] groups() default {};

	/// What clients of the validation attach.
	Class<? extends Payload>[] payload() default {};

	/// Counts.
	final class Validator implements ConstraintValidator<PasswordLength, @Nullable String> {

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null) || value.isBlank() || Passwords.isLongEnough(value);
		}

	}

}
