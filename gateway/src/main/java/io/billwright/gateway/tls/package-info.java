/// The gateway's certificate, renewed while it runs, and the certificates of clients.
@NullMarked
package io.billwright.gateway.tls;

import org.jspecify.annotations.NullMarked;
