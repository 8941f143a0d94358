/// Starts a service with the platform's defaults and stops it without losing what it has accepted.
@NullMarked
package io.billwright.platform.lifecycle;

import org.jspecify.annotations.NullMarked;
