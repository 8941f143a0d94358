/// One half of a circle.
@NullMarked
package io.billwright.violation.first;

import org.jspecify.annotations.NullMarked;
