/// Takes in usage events: reads and judges them, hands them to Kafka and answers for each what became of it. May use `usage`,
/// `wire`, `shard` and `meter`.
@NullMarked
package io.billwright.analytics.ingest;

import org.jspecify.annotations.NullMarked;
