/// One JSON dialect for the API and the events, and the strict reader of request bodies.
@NullMarked
package io.billwright.platform.json;

import org.jspecify.annotations.NullMarked;
