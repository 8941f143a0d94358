/// Defines what is counted: meters over the usage events of an organization.
@NullMarked
package io.billwright.analytics.meter;

import org.jspecify.annotations.NullMarked;
