/// Members of an organization: their roles and what each role permits.
@NullMarked
package io.billwright.user.member;

import org.jspecify.annotations.NullMarked;
