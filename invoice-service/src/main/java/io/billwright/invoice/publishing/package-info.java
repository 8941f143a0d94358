/// Tells the other services what changed: the only place that knows the contracts.
@NullMarked
package io.billwright.invoice.publishing;

import org.jspecify.annotations.NullMarked;
