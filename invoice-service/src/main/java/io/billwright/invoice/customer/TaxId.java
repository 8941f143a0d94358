package io.billwright.invoice.customer;

/// A tax registration, kept without separators.
///
/// @param value for example `DE123456789`
public record TaxId(TaxIdType type, String value) {

	public TaxId {
		value = TaxIdType.compact(value);
		if (!type.accepts(value)) {
			throw new IllegalArgumentException("not a tax id of type " + type);
		}
	}

}
