/// Turns what other services publish into documents of the index, and rebuilds the index from the topics.
@NullMarked
package io.billwright.search.indexing;

import org.jspecify.annotations.NullMarked;
