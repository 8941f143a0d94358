package io.billwright.platform.identity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The handler serves whoever operates the platform. For everybody else, also for owners of organizations, it does not
/// exist: 404.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OperatorOnly {
}
