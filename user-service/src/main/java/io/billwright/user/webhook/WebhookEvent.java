package io.billwright.user.webhook;

/// An event as endpoints receive it.
///
/// @param payload the JSON that is signed, byte for byte
record WebhookEvent(WebhookEventId id, String type, String payload) {}
