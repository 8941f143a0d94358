/// How much may be used in which time, as operators write it.
@NullMarked
package io.billwright.platform.quota;

import org.jspecify.annotations.NullMarked;
