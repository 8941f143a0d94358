/// Work above organizations, such as finding out to which one a credential belongs, work after a commit, and work that the two
/// modes share.
@NullMarked
package io.billwright.user.system;

import org.jspecify.annotations.NullMarked;
