@NullUnmarked
package io.billwright.platform.messaging;

import org.jspecify.annotations.NullUnmarked;
