/// Corrects usage that is counted already: events are voided and amended, and everything that was made of them follows.
@NullMarked
package io.billwright.analytics.correction;

import org.jspecify.annotations.NullMarked;
