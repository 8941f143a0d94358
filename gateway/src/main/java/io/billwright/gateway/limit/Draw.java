package io.billwright.gateway.limit;

import java.util.List;

/// What was taken from a caller's buckets at once.
///
/// @param tokens from each, or 0
/// @param refused whether these buckets had too few
/// @param left what each holds afterwards, with fractions, below zero where more was charged than there was
record Draw(int tokens, boolean refused, List<Double> left) {}
