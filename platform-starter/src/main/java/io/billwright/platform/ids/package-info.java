/// Public ids: a type prefix over a UUIDv7, written as a TypeID.
@NullMarked
package io.billwright.platform.ids;

import org.jspecify.annotations.NullMarked;
