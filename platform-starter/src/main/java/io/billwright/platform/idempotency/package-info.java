/// Answers a repeated write with the first answer, recorded in the effect's own transaction.
@NullMarked
package io.billwright.platform.idempotency;

import org.jspecify.annotations.NullMarked;
