/// Counts usage events: from the shards' topics into the shards, each event exactly once, and rolled up for every meter.
@NullMarked
package io.billwright.analytics.counting;

import org.jspecify.annotations.NullMarked;
