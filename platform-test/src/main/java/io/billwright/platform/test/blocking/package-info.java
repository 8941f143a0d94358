/// Finds blocking calls on event loops in every test JVM.
@NullMarked
package io.billwright.platform.test.blocking;

import org.jspecify.annotations.NullMarked;
