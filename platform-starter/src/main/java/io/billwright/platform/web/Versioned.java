package io.billwright.platform.web;

/// A view of a mutable resource. Answers with it carry its version as `ETag`, and a matching `If-None-Match` gets 304.
public interface Versioned {

	/// Grows by one with each change of the resource.
	long version();

}
