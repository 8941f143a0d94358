/// Takes text apart into words, the same way for what is indexed, asked for and highlighted.
@NullMarked
package io.billwright.search.text;

import org.jspecify.annotations.NullMarked;
