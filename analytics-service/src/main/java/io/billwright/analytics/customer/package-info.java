/// Whom usage belongs to: the customers of an organization, as the topic of customers tells of them.
@NullMarked
package io.billwright.analytics.customer;

import org.jspecify.annotations.NullMarked;
