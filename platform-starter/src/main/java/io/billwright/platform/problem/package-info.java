/// Turns every failure of a request into one problem document (RFC 9457), once.
@NullMarked
package io.billwright.platform.problem;

import org.jspecify.annotations.NullMarked;
