package io.billwright.platform.messaging;

import java.time.Instant;
import java.util.UUID;

import io.billwright.platform.tenancy.Tenant;

/// An event as a handler receives it.
///
/// @param id names this event for ever, also when it is delivered again
/// @param type what happened, for example `invoice.finalized`
/// @param subject the public id of what it happened to
/// @param time when it was recorded
/// @param tenant whose it is; bound already while the handler works
/// @param data the snapshot after the change
public record Event<T>(UUID id, String type, String subject, Instant time, Tenant tenant, T data) {}
