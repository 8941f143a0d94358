/// Lets one see from outside what a service does: ids in and out, timings, health of its dependencies, clean logs.
@NullMarked
package io.billwright.platform.observability;

import org.jspecify.annotations.NullMarked;
