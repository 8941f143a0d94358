/// Keyset pages with opaque cursors.
@NullMarked
package io.billwright.platform.paging;

import org.jspecify.annotations.NullMarked;
