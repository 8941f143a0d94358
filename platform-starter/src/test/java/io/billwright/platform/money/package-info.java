@NullMarked
package io.billwright.platform.money;

import org.jspecify.annotations.NullMarked;
