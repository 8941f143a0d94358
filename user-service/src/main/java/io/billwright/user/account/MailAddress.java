package io.billwright.user.account;

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

/// The string is an e-mail address. A blank one passes: whether it must be given, another constraint says.
@Documented
@Constraint(validatedBy = MailAddress.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface MailAddress {

	/// What is told where it is not.
	String message() default "must be an e-mail address";

	/// The code that clients are told.
	String code() default "malformed";

	/// The validation groups.
	Class<?>[] groups() default {};

	/// What clients of the validation attach.
	Class<? extends Payload>[] payload() default {};

	/// Knows the form.
	final class Validator implements ConstraintValidator<MailAddress, @Nullable String> {

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null) || value.isBlank() || EmailAddress.isOne(value);
		}

	}

}
