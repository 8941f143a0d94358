/// Transactions that set the tenant before their first statement, so that row-level security always holds.
@NullMarked
package io.billwright.platform.tenancy;

import org.jspecify.annotations.NullMarked;
