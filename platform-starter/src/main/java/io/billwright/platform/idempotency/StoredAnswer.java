package io.billwright.platform.idempotency;

import java.util.Map;

/// What was answered: enough to answer it again.
///
/// @param headers those of the answer that belong to the resource: content type, location, entity tag
record StoredAnswer(int status, Map<String, String> headers, byte[] body) {}
