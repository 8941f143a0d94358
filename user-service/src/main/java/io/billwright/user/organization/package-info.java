/// Organizations, that is tenants, and what each has set for itself.
@NullMarked
package io.billwright.user.organization;

import org.jspecify.annotations.NullMarked;
