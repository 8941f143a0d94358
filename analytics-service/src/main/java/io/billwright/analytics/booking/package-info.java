/// Books events as facts: the newest snapshot of each aggregate, whatever the order and number of deliveries.
@NullMarked
package io.billwright.analytics.booking;

import org.jspecify.annotations.NullMarked;
