/// Reads lists: filters, a sort, a keyset page.
@NullMarked
package io.billwright.invoice.listing;

import org.jspecify.annotations.NullMarked;
