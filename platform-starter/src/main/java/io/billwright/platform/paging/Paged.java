package io.billwright.platform.paging;

import org.jspecify.annotations.Nullable;

/// An answer that may have a next page, which is then told in `Link: rel="next"` (RFC 8288) as well. [Page] is enough for
/// most lists; one that tells more about itself implements this.
public interface Paged {

	/// What to pass as `cursor` for the next page; `null` on the last one.
	@Nullable
	String nextCursor();

}
