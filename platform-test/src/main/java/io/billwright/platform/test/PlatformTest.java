package io.billwright.platform.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.ContextCustomizerFactories;

/// Starts the whole application on random ports against real servers.
///
/// Every application context gets a fresh PostgreSQL database and a Redis database of its own; the Kafka broker is
/// shared by the JVM. A server is started when the application first asks for its address. Requests need a [Passport].
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureWebTestClient(timeout = "PT20S")
@ContextCustomizerFactories(PlatformContextCustomizerFactory.class)
public @interface PlatformTest {

	/// The application's classes; empty finds the `@SpringBootApplication` above the test's package.
	@AliasFor(annotation = SpringBootTest.class)
	Class<?>[] classes() default {};

	/// Properties as `key=value` for this test's context.
	@AliasFor(annotation = SpringBootTest.class)
	String[] properties() default {};

}
