/// A service of one table: what a real service writes, and nothing else, so that the starter is tested as it is used.
@NullMarked
package io.billwright.platform.notes;

import org.jspecify.annotations.NullMarked;
