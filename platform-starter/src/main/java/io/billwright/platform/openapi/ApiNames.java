package io.billwright.platform.openapi;

import io.swagger.v3.core.jackson.TypeNameResolver;

/// Names the schemas. What is nested in a controller stands for itself; what is nested in another type would meet its
/// likes there, as every document has a `Line`, and bears the outer name too.
final class ApiNames extends TypeNameResolver {

	@Override
	protected String getNameOfClass(Class<?> type) {
		Class<?> outer = type.getEnclosingClass();
		boolean nested = (outer != null) && !outer.getSimpleName().endsWith("Controller");
		return nested ? getNameOfClass(outer) + type.getSimpleName() : type.getSimpleName();
	}

}
