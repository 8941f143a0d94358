/// Knows what billing must know of an organization: the time zone of its days.
@NullMarked
package io.billwright.invoice.organization;

import org.jspecify.annotations.NullMarked;
