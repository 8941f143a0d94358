/// Who is calling: verifies the gateway's passport and enforces what a handler demands of it.
@NullMarked
package io.billwright.platform.identity;

import org.jspecify.annotations.NullMarked;
