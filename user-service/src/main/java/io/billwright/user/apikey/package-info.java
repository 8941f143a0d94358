/// API keys, and the gateway's question to whom a key belongs.
@NullMarked
package io.billwright.user.apikey;

import org.jspecify.annotations.NullMarked;
