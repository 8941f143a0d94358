/// Finds the service behind a path and guards the way there with timeouts and a circuit breaker.
@NullMarked
package io.billwright.gateway.routing;

import org.jspecify.annotations.NullMarked;
