/// What of an organization's data can be taken out.
@NullMarked
package io.billwright.user.portability;

import org.jspecify.annotations.NullMarked;
