package io.billwright.gateway.edge;

import java.net.InetAddress;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/// What is told of one request. No query string, header or cookie, because they may hold personal data and secrets.
///
/// @param end when it ended, in milliseconds since 1970
/// @param method as the client wrote it
/// @param path raw and without its query
/// @param status of the answer, or 499 for a client that left before it
/// @param duration from the first byte in to the last byte out
/// @param client the client's address, where it is known
/// @param route the service that it went to, or `none`
/// @param requestId what the client may quote
/// @param principal who made it, where that is known
record AccessEntry(long end, String method, String path, int status, Duration duration, @Nullable InetAddress client,
		String route,
		@Nullable String requestId, @Nullable String principal) {}
