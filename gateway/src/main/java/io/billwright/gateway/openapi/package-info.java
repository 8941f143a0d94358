/// One document of the whole API, merged from the services' own, and the page that renders it.
@NullMarked
package io.billwright.gateway.openapi;

import org.jspecify.annotations.NullMarked;
