package io.billwright.user.member;

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

/// The string names a permission. `null` passes.
@Documented
@Constraint(validatedBy = PermissionName.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface PermissionName {

	/// What is told where it is not.
	String message() default "is not a permission";

	/// The code that clients are told.
	String code() default "unknown_value";

	/// The validation groups.
	Class<?>[] groups() default {};

	/// What clients of the validation attach.
	Class<? extends Payload>[] payload() default {};

	/// Knows the permissions.
	final class Validator implements ConstraintValidator<PermissionName, @Nullable String> {

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null) || Permission.exists(value);
		}

	}

}
