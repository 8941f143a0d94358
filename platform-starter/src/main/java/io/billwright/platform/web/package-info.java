/// The manners that every endpoint shares: entity tags, preconditions, merge patches, links.
@NullMarked
package io.billwright.platform.web;

import org.jspecify.annotations.NullMarked;
