package io.billwright.user.webhook;

import java.time.Instant;

/// What an endpoint is sent, as Standard Webhooks has it.
///
/// @param timestamp when it happened, the same in all attempts
record Payload(String type, Instant timestamp, Object data) {}
