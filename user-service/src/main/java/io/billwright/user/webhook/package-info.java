/// Outgoing webhooks: tells addresses of an organization what has happened, signed as
/// [Standard Webhooks](https://www.standardwebhooks.com) has it, at least once, in no promised order.
///
/// Events arrive from Kafka and are queued for the endpoints that want them; the queue is a table, and whoever has a free
/// hand takes from it.
@NullMarked
package io.billwright.user.webhook;

import org.jspecify.annotations.NullMarked;
