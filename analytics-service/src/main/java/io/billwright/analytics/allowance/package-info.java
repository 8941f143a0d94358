/// What customers may use: allowances, and how much of them is left, answered from memory.
@NullMarked
package io.billwright.analytics.allowance;

import org.jspecify.annotations.NullMarked;
