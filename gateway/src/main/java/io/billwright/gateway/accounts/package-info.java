/// Asks user-service what the edge cannot know by itself: keys, allowed origins, signing keys.
@NullMarked
package io.billwright.gateway.accounts;

import org.jspecify.annotations.NullMarked;
