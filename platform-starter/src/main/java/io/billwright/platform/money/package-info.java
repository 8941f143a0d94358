/// Exact amounts: integer minor units and a currency.
@NullMarked
package io.billwright.platform.money;

import org.jspecify.annotations.NullMarked;
