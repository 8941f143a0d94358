@NullMarked
package io.billwright.contracts;

import org.jspecify.annotations.NullMarked;
