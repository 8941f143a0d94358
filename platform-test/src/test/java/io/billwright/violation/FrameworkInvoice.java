package io.billwright.violation;

import org.springframework.http.HttpHeaders;

/// A domain type that knows the web.
record FrameworkInvoice(HttpHeaders headers) {}
