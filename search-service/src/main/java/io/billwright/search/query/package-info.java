/// Answers searches and suggestions from the index.
@NullMarked
package io.billwright.search.query;

import org.jspecify.annotations.NullMarked;
