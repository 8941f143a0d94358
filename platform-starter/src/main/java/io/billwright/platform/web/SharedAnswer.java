package io.billwright.platform.web;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A GET that answers everybody of an organization who has the same rights alike. Where the operator lets it, the gateway
/// keeps such answers, until an event of the resource purges them.
///
/// The answer's tag (`Cache-Tag`) is the last segment of its path, an id or the name of a collection, which is the name of
/// its topic: by these two every event of the outbox purges.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface SharedAnswer {

	/// How long an answer is fresh, in seconds.
	int maxAge() default 60;

}
