/// Carries requests to the services: to which instance, how often, and when not at all.
@NullMarked
package io.billwright.gateway.upstream;

import org.jspecify.annotations.NullMarked;
