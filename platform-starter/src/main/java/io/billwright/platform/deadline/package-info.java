/// Gives up work that nobody waits for any more.
@NullMarked
package io.billwright.platform.deadline;

import org.jspecify.annotations.NullMarked;
