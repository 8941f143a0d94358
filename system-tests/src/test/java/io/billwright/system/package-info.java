/// What must hold of the whole: the documents, the chart, and the platform as its users meet it.
@NullMarked
package io.billwright.system;

import org.jspecify.annotations.NullMarked;
