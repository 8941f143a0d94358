/// Calls other processes by name: with limits on time, connections and retries, and as the current caller.
@NullMarked
package io.billwright.platform.clients;

import org.jspecify.annotations.NullMarked;
