package io.billwright.platform.identity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The handler demands a scope: a caller without it gets 403, one without a credential 401.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RequiresScope {

	/// The scope, for example `invoices:write`.
	String value();

}
