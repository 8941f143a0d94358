/// How much plans, organizations and API keys may ask of the API: set by whoever operates the platform, enforced by the
/// gateways.
@NullMarked
package io.billwright.user.ratelimit;

import org.jspecify.annotations.NullMarked;
