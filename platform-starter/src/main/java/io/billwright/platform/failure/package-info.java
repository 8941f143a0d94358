/// The closed vocabulary of what can go wrong: a kind, a stable code, a public message.
@NullMarked
package io.billwright.platform.failure;

import org.jspecify.annotations.NullMarked;
