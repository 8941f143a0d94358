/// One half of a circle.
@NullMarked
package io.billwright.violation.second;

import org.jspecify.annotations.NullMarked;
