/// Signing up: an organization and its first owner.
@NullMarked
package io.billwright.user.registration;

import org.jspecify.annotations.NullMarked;
