/// The edge of the platform: turns any credential into a passport, limits, guards and routes by prefix. It knows no
/// feature of the services behind it.
@NullMarked
package io.billwright.gateway;

import org.jspecify.annotations.NullMarked;
