/// Recognizes a request's credential and finds out whose it is, from a bounded cache where possible.
@NullMarked
package io.billwright.gateway.credential;

import org.jspecify.annotations.NullMarked;
