/// Invitations to become a member, mailed to people with or without an account.
@NullMarked
package io.billwright.user.invitation;

import org.jspecify.annotations.NullMarked;
