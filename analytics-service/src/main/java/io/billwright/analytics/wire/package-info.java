/// How usage events travel: the topics, the records' keys and their JSON.
@NullMarked
package io.billwright.analytics.wire;

import org.jspecify.annotations.NullMarked;
