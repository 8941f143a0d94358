/// A peer to measure against.
@NullMarked
package io.billwright.bench;

import org.jspecify.annotations.NullMarked;
