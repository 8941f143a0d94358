/// What usage is, without knowing where it comes from or where it is kept: events, the definition of what is measured about
/// them, and measures that can be added up in any order.
@NullMarked
package io.billwright.analytics.usage;

import org.jspecify.annotations.NullMarked;
