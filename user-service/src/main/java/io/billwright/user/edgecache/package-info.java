/// Makes the gateways forget what they keep, for whoever operates the platform.
@NullMarked
package io.billwright.user.edgecache;

import org.jspecify.annotations.NullMarked;
