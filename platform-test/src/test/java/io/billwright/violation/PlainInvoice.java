package io.billwright.violation;

import java.math.BigDecimal;

/// A domain type as it should be.
record PlainInvoice(BigDecimal total, double hitRate) {}
