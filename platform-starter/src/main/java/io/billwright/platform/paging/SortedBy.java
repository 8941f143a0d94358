package io.billwright.platform.paging;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import org.jspecify.annotations.Nullable;

/// The order of a list: one of the names, with a minus before it for the largest first. `null` passes.
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = SortedBy.Check.class)
public @interface SortedBy {

	/// What the list can be sorted by.
	String[] value();

	/// What clients are told.
	String message() default "must be one of {value}, with a minus before it for the largest first";

	/// The code that clients are told.
	String code() default "unknown_value";

	/// Asked for by the specification, not used.
	Class<?>[] groups() default {};

	/// Asked for by the specification, not used.
	Class<? extends Payload>[] payload() default {};

	/// Looks the name up.
	final class Check implements ConstraintValidator<SortedBy, @Nullable String> {

		private List<String> names = List.of();

		@Override
		public void initialize(SortedBy annotation) {
			this.names = List.of(annotation.value());
		}

		@Override
		public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
			return (value == null) || this.names.contains(value.startsWith("-") ? value.substring(1) : value);
		}

	}

}
