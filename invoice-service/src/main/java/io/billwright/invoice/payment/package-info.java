/// Records the payments that settle invoices.
@NullMarked
package io.billwright.invoice.payment;

import org.jspecify.annotations.NullMarked;
