/// Keeps the figures that customers have been billed, and tells how far those of now differ from them.
@NullMarked
package io.billwright.analytics.closing;

import org.jspecify.annotations.NullMarked;
