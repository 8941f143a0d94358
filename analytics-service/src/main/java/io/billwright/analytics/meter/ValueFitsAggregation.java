package io.billwright.analytics.meter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;

import io.billwright.analytics.usage.Aggregation;

/// The aggregation `count` looks at no value, and different quantities are not what anybody wants counted.
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = ValueFitsAggregation.Check.class)
@interface ValueFitsAggregation {

	/// What clients are told.
	String message() default "must be given for unique_count and for count it must not";

	/// The code that clients are told.
	String code() default "not_applicable";

	/// Asked for by the specification, not used.
	Class<?>[] groups() default {};

	/// Asked for by the specification, not used.
	Class<? extends Payload>[] payload() default {};

	/// Compares both fields and blames the value.
	final class Check implements ConstraintValidator<ValueFitsAggregation, MeterRequest> {

		@Override
		public boolean isValid(MeterRequest request, ConstraintValidatorContext context) {
			boolean given = request.valueProperty() != null;
			boolean fits = (request.aggregation() != (given ? Aggregation.COUNT : Aggregation.UNIQUE_COUNT));
			if (!fits) {
				context.disableDefaultConstraintViolation();
				context.buildConstraintViolationWithTemplate(context.getDefaultConstraintMessageTemplate())
						.addPropertyNode("valueProperty")
						.addConstraintViolation();
			}
			return fits;
		}

	}

}
