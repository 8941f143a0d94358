/// What holds for every request and answer whatever its route: headers, sizes, servers, the access log, health.
@NullMarked
package io.billwright.gateway.edge;

import org.jspecify.annotations.NullMarked;
