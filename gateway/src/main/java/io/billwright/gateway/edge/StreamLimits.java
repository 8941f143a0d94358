package io.billwright.gateway.edge;

import java.time.Duration;

/// What one HTTP/2 connection may send.
///
/// @param headers bytes of a request's headers, as RFC 9113 section 6.5.2 counts them
/// @param path bytes of a request's path
/// @param idleFrames that belong to no request, in a window
/// @param window over which frames are counted
record StreamLimits(long headers, int path, int idleFrames, Duration window) {}
