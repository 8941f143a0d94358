/// The audit trail: every change with its actor, append-only, each entry sealing the one before.
@NullMarked
package io.billwright.user.audit;

import org.jspecify.annotations.NullMarked;
