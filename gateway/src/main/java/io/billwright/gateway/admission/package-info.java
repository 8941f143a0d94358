/// Lets a request in: limit, credential, limit again, passport.
@NullMarked
package io.billwright.gateway.admission;

import org.jspecify.annotations.NullMarked;
