@NullMarked
package io.billwright.platform.ids;

import org.jspecify.annotations.NullMarked;
