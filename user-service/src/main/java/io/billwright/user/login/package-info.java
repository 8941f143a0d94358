/// Logging in, staying logged in and logging out.
@NullMarked
package io.billwright.user.login;

import org.jspecify.annotations.NullMarked;
