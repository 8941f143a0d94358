/// Answers what was billed, paid and is owed. Amounts of different currencies are never added.
@NullMarked
package io.billwright.analytics.reporting;

import org.jspecify.annotations.NullMarked;
