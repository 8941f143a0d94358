/// Keeps the double-entry journal that every movement of money posts to. Knows no other feature.
@NullMarked
package io.billwright.invoice.ledger;

import org.jspecify.annotations.NullMarked;
