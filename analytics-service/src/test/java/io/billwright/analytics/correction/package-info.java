@NullMarked
package io.billwright.analytics.correction;

import org.jspecify.annotations.NullMarked;
