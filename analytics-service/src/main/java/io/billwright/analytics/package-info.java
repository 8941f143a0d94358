/// What an organization has billed, been paid and is owed, computed from what the other services publish.
@NullMarked
package io.billwright.analytics;

import org.jspecify.annotations.NullMarked;
