/// The one way to Redis, with a timeout and a circuit breaker, that never blocks and knows when Redis is away.
@NullMarked
package io.billwright.gateway.redis;

import org.jspecify.annotations.NullMarked;
