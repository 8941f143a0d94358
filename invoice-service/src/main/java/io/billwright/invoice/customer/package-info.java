/// Keeps the customers whom an organization bills.
@NullMarked
package io.billwright.invoice.customer;

import org.jspecify.annotations.NullMarked;
