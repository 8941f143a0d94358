/// Constraints on the fields of requests that Jakarta Validation does not bring.
@NullMarked
package io.billwright.invoice.validation;

import org.jspecify.annotations.NullMarked;
