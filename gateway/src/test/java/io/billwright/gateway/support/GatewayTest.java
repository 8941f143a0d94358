package io.billwright.gateway.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.ContextConfiguration;

/// Starts the whole gateway, without TLS, on a random port before stub services and a real Redis. The test's own address
/// counts as a trusted proxy, so that each test can come from an address of its own.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = Platform.Initializer.class)
public @interface GatewayTest {

	/// Properties as `key=value` for this test's context.
	@AliasFor(annotation = SpringBootTest.class)
	String[] properties() default {};

}
