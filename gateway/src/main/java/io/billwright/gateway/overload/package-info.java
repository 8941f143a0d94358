/// Keeps services from getting more at a time than they can do.
@NullMarked
package io.billwright.gateway.overload;

import org.jspecify.annotations.NullMarked;
