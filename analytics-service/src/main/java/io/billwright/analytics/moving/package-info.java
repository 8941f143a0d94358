/// Moves organizations between shards while their usage goes on (decision 14).
@NullMarked
package io.billwright.analytics.moving;

import org.jspecify.annotations.NullMarked;
