package io.billwright.gateway.upstream;

import java.net.URI;
import java.util.List;

/// Instances that run the same version of a service.
///
/// @param name for whoever reads logs
/// @param urls where they are, by name
/// @param instances where they are, by address
record Fleet(String name, List<URI> urls, Instances instances) {}
