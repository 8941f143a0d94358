/// Real PostgreSQL, Redis and Kafka as processes of this machine: the tests and the local stack start the very same ones.
@NullMarked
package io.billwright.platform.test.servers;

import org.jspecify.annotations.NullMarked;
