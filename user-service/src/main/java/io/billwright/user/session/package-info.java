/// What a login gives: sessions in Redis, signed access tokens, refresh tokens that are good for one use.
@NullMarked
package io.billwright.user.session;

import org.jspecify.annotations.NullMarked;
