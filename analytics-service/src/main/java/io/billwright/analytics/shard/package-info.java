/// The databases that usage is kept in: their connections, migrations and transactions, and which organization is where.
@NullMarked
package io.billwright.analytics.shard;

import org.jspecify.annotations.NullMarked;
