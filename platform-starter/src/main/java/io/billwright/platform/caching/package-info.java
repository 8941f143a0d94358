/// Keeps what is read often close by: in the process first, in Redis second, never across tenants.
@NullMarked
package io.billwright.platform.caching;

import org.jspecify.annotations.NullMarked;
