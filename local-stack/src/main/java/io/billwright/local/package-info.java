/// Starts PostgreSQL, Redis, Kafka and the five services on one machine, watches them and stops them.
@NullMarked
package io.billwright.local;

import org.jspecify.annotations.NullMarked;
