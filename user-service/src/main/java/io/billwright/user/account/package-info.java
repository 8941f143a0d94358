/// Users: the people who log in, above all organizations.
@NullMarked
package io.billwright.user.account;

import org.jspecify.annotations.NullMarked;
