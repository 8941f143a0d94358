/// Proving that an e-mail address is one's own, and getting back in with it; changing the password.
@NullMarked
package io.billwright.user.recovery;

import org.jspecify.annotations.NullMarked;
