package io.billwright.analytics.counting;

import java.time.Instant;

/// Where a shard's hours end, and which meters it counts.
///
/// @param before hours before it are kept in rows of their own
/// @param metersVersion changes with the meters
/// @param placementsVersion changes with what the shard knows of where organizations are
public record Watermark(Instant before, long metersVersion, long placementsVersion) {}
