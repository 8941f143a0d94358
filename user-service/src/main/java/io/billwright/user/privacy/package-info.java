/// What data protection law demands: taking an organization's data out, and forgetting a person.
@NullMarked
package io.billwright.user.privacy;

import org.jspecify.annotations.NullMarked;
