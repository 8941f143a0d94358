package io.billwright.platform.idempotency;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The handler makes repeated requests harmless by itself, as its items have keys of their own: an `Idempotency-Key` has no
/// effect on it and costs no record. Its path must have no variables.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnIdempotency {
}
