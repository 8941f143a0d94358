/// Drafts, issues and lists invoices. Uses customer, catalog, tax, organization and ledger; payment settles what it issues.
@NullMarked
package io.billwright.invoice.issuing;

import org.jspecify.annotations.NullMarked;
