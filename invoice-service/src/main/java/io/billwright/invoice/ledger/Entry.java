package io.billwright.invoice.ledger;

import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.Ids;

/// A journal entry: postings that sum up to zero in each currency. Written once, never changed; a mistake is corrected
/// by a further entry.
///
/// @param source the public id of what was booked, for example `inv_...`
/// @param invoice the public id of the invoice that the money belongs to
/// @param reverses the entry that this one takes back
public record Entry(EntryId id, EntryKind kind, String source, String invoice, @Nullable EntryId reverses,
		Instant bookedAt, List<Posting> postings) {

	public Entry {
		postings = List.copyOf(postings);
		if (postings.size() < 2 || !isBalanced(postings)) {
			throw new IllegalArgumentException("An entry needs two postings at least, and a sum of zero: " + postings);
		}
	}

	/// A new entry. Postings of nothing are left out.
	public static Entry of(EntryKind kind, String source, String invoice, Instant now, Posting... postings) {
		return new Entry(new EntryId(Ids.next()), kind, source, invoice, null, now,
				List.of(postings).stream().filter((posting) -> !posting.amount().isZero()).toList());
	}

	/// The entry that takes this one back.
	Entry reverse(EntryKind kind, Instant now) {
		return new Entry(new EntryId(Ids.next()), kind, this.source, this.invoice, this.id, now,
				this.postings.stream().map(Posting::reversed).toList());
	}

	private static boolean isBalanced(List<Posting> postings) {
		Map<Currency, Long> sums = postings.stream()
				.collect(Collectors.groupingBy((posting) -> posting.amount().currency(),
						Collectors.summingLong((posting) -> posting.amount().minorUnits())));
		return sums.values().stream().allMatch((sum) -> sum == 0);
	}

}
