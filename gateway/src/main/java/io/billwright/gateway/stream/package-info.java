/// Answers and connections without an end in sight, and how many of them, how long and how silent they may be.
@NullMarked
package io.billwright.gateway.stream;

import org.jspecify.annotations.NullMarked;
