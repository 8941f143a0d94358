/// What the architecture rules forbid, done on purpose.
@NullMarked
package io.billwright.violation;

import org.jspecify.annotations.NullMarked;
