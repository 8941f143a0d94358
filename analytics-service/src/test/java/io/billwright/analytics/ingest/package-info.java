@NullMarked
package io.billwright.analytics.ingest;

import org.jspecify.annotations.NullMarked;
