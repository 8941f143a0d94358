/// Tells the other services what changed; the only place that knows the wire contracts.
@NullMarked
package io.billwright.user.publishing;

import org.jspecify.annotations.NullMarked;
