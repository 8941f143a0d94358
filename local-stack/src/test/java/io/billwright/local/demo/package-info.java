@NullMarked
package io.billwright.local.demo;

import org.jspecify.annotations.NullMarked;
