/// The test kit: contexts on real servers, passports, architecture rules. It knows none of our other modules.
@NullMarked
package io.billwright.platform.test;

import org.jspecify.annotations.NullMarked;
