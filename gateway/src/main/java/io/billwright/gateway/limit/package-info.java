/// Rate limits by token bucket, in Redis, or in this process while Redis is away.
@NullMarked
package io.billwright.gateway.limit;

import org.jspecify.annotations.NullMarked;
