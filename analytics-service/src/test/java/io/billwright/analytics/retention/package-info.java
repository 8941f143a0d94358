@NullMarked
package io.billwright.analytics.retention;

import org.jspecify.annotations.NullMarked;
