/// Keeps answers that services allow to be kept, and gives them out again (RFC 9111).
@NullMarked
package io.billwright.gateway.cache;

import org.jspecify.annotations.NullMarked;
