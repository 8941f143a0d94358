@NullMarked
package io.billwright.platform.json;

import org.jspecify.annotations.NullMarked;
