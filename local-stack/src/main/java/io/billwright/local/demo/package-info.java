/// Fills a platform with a believable business, through the public API alone.
@NullMarked
package io.billwright.local.demo;

import org.jspecify.annotations.NullMarked;
