/// Tells when a customer's usage reaches a level: once for each customer, level and period.
@NullMarked
package io.billwright.analytics.alert;

import org.jspecify.annotations.NullMarked;
