/// Rate limits by token bucket, in Redis, or in this process while Redis is away; limits of requests in flight; who is
/// being limited.
@NullMarked
package io.billwright.gateway.limit;

import org.jspecify.annotations.NullMarked;
