/// Hashes passwords off the event loop and refuses those that are guessed first.
@NullMarked
package io.billwright.user.password;

import org.jspecify.annotations.NullMarked;
