/// Keeps the rates at which an organization's sales are taxed.
@NullMarked
package io.billwright.invoice.tax;

import org.jspecify.annotations.NullMarked;
