/// Answers browsers that ask from another origin.
@NullMarked
package io.billwright.gateway.cors;

import org.jspecify.annotations.NullMarked;
