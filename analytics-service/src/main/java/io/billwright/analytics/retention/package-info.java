/// Archives the single events of usage by the month of their acceptance, drops them from the shards, and brings them back.
/// What is counted of them stays for ever.
@NullMarked
package io.billwright.analytics.retention;

import org.jspecify.annotations.NullMarked;
