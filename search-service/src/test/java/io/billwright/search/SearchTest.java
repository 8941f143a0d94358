package io.billwright.search;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;

import io.billwright.platform.test.PlatformTest;

/// The whole service with quick messaging; one context for all tests.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@PlatformTest(properties = {"billwright.messaging.consumer.commit-interval=100ms",
	"billwright.messaging.consumer.lag-interval=200ms",
	"search.rebuild.progress-interval=100ms", "search.rebuild.stale-after=2s"})
@Import(Events.class)
@interface SearchTest {
}
