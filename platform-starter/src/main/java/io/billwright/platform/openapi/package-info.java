/// Describes a service's API as OpenAPI 3.1, in the words and shapes that it really speaks.
@NullMarked
package io.billwright.platform.openapi;

import org.jspecify.annotations.NullMarked;
