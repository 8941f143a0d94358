/// How to deal with the driver of Redis.
@NullMarked
package io.billwright.platform.redis;

import org.jspecify.annotations.NullMarked;
