/// What values must be, and how clients are told when they are not: the same words for bodies and parameters.
@NullMarked
package io.billwright.platform.validation;

import org.jspecify.annotations.NullMarked;
