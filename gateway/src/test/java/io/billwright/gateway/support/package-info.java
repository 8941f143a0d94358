/// Services and credentials that the gateway's tests make up.
@NullMarked
package io.billwright.gateway.support;

import org.jspecify.annotations.NullMarked;
