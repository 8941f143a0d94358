/// Billing: owns customers, the catalog, tax rates, invoices, payments and the ledger, in the database `invoices`.
@NullMarked
package io.billwright.invoice;

import org.jspecify.annotations.NullMarked;
