/// Sends signed requests to addresses that tenants have named, and to no address inside of the house.
@NullMarked
package io.billwright.user.webhook.sending;

import org.jspecify.annotations.NullMarked;
