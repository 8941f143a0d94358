/// One search over everything a tenant owns: what the other services publish, kept as documents.
@NullMarked
package io.billwright.search;

import org.jspecify.annotations.NullMarked;
