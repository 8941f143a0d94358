/// Tells clients where the time of their request went.
@NullMarked
package io.billwright.platform.timing;

import org.jspecify.annotations.NullMarked;
