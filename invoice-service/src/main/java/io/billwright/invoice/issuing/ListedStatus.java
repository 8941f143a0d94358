package io.billwright.invoice.issuing;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// What a list can be narrowed to: every status, and what follows from the due date.
enum ListedStatus {

	DRAFT, OPEN, PARTIALLY_PAID, PAID, VOID, UNCOLLECTIBLE,

	/// Open or partially paid, and the due date has passed.
	OVERDUE;

	static Set<InvoiceStatus> stored(Set<ListedStatus> listed) {
		return Arrays.stream(InvoiceStatus.values())
				.filter((status) -> listed.contains(valueOf(status.name())))
				.collect(Collectors.toUnmodifiableSet());
	}

}
