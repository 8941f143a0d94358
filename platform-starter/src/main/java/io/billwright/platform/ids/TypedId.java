package io.billwright.platform.ids;

import java.util.UUID;

/// The identifier of one type of thing: a record over a UUID that knows its prefix, for example
///
/// ```java
/// public record InvoiceId(UUID value) implements TypedId {
///     public String prefix() { return "inv"; }
///     public String toString() { return text(); }
/// }
/// ```
///
/// JSON, path variables and query parameters carry its text form; the database carries the UUID.
public interface TypedId {

	/// The UUID, version 7 where we made it.
	UUID value();

	/// The type's prefix, for example `inv`.
	String prefix();

	/// The public form: prefix, underscore and 26 characters of Crockford base32 (the TypeID specification).
	default String text() {
		return prefix() + '_' + Base32.encode(value());
	}

}
