/// The events that cross services: one snapshot record per aggregate, and the topics that carry them.
///
/// Every event carries the whole state of its aggregate after the change, with a version that only grows. A reader
/// that keeps the highest version it has seen is therefore correct under duplicates and reordering, and a compacted
/// topic is enough to rebuild a read model from nothing. JDK and JSpecify only; the golden JSON files beside the
/// tests keep the wire form from changing silently.
@NullMarked
package io.billwright.contracts;

import org.jspecify.annotations.NullMarked;
