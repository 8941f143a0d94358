/// Keeps what an organization sells, its products, and what they cost, their prices.
@NullMarked
package io.billwright.invoice.catalog;

import org.jspecify.annotations.NullMarked;
