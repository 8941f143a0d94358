package io.billwright.invoice.validation;

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

/// A text that shows something: not blank, of limited length, without control characters. `null` passes.
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Text.Check.class)
public @interface Text {

	/// The longest text, in characters.
	int max();

	/// Whether line breaks are allowed.
	boolean multiline() default false;

	/// What clients are told.
	String message() default "must be 1 to {max} characters, not blank and without control characters";

	/// Asked for by the specification, not used.
	Class<?>[] groups() default {};

	/// Asked for by the specification, not used.
	Class<? extends Payload>[] payload() default {};

	/// Looks at each character.
	final class Check implements ConstraintValidator<Text, @Nullable String> {

		private int max;

		private boolean multiline;

		@Override
		public void initialize(Text annotation) {
			this.max = annotation.max();
			this.multiline = annotation.multiline();
		}

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null)
					|| (!value.isBlank() && (value.length() <= this.max) && value.chars().noneMatch(this::isRefused));
		}

		private boolean isRefused(int character) {
			return Character.isISOControl(character) && !(this.multiline && (character == '\n'));
		}

	}

}
