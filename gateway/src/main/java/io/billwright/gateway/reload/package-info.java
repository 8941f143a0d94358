/// Takes over a changed configuration without a restart, as a whole or not at all.
@NullMarked
package io.billwright.gateway.reload;

import org.jspecify.annotations.NullMarked;
