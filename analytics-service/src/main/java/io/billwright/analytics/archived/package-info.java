/// Tells who needs single usage events that have been archived and are not here any more.
@NullMarked
package io.billwright.analytics.archived;

import org.jspecify.annotations.NullMarked;
