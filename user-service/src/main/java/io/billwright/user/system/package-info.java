/// Work above organizations, such as finding out to which one a credential belongs, and work after a commit.
@NullMarked
package io.billwright.user.system;

import org.jspecify.annotations.NullMarked;
