/// Events out through a transactional outbox and in with exactly-once effect; the only package that knows Kafka.
@NullMarked
package io.billwright.platform.messaging;

import org.jspecify.annotations.NullMarked;
