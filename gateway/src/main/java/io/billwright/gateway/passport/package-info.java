/// Signs who is calling for the services: one short-lived passport per principal and mode, signed once and kept.
@NullMarked
package io.billwright.gateway.passport;

import org.jspecify.annotations.NullMarked;
