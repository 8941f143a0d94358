/// Makes secrets that nobody can guess, and the hashes that are kept of them.
@NullMarked
package io.billwright.user.secret;

import org.jspecify.annotations.NullMarked;
