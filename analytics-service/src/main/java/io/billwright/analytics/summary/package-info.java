/// Tells what was used: figures of a customer or of all, over any range, and the events behind each.
@NullMarked
package io.billwright.analytics.summary;

import org.jspecify.annotations.NullMarked;
