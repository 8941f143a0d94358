/// Holds requests, and on demand answers, to what the services' OpenAPI documents say of them. Knows documents, never
/// features.
@NullMarked
package io.billwright.gateway.validation;

import org.jspecify.annotations.NullMarked;
