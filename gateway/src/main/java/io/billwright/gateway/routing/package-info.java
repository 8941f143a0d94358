/// Finds the service behind a path.
@NullMarked
package io.billwright.gateway.routing;

import org.jspecify.annotations.NullMarked;
