package io.billwright.invoice.ledger;

import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.money.Money;

/// A row of `ledger_entry` with its postings, as the JSON that PostgreSQL takes and gives.
record EntryRow(UUID id, EntryKind kind, String source, String invoice, @Nullable UUID reverses, Instant bookedAt,
		List<PostingRow> postings) {

	/// A row of `ledger_posting`.
	record PostingRow(int position, Account account, String currency, long amount) {

		Posting toPosting() {
			return new Posting(this.account, new Money(this.amount, Currency.getInstance(this.currency)));
		}

	}

	static EntryRow of(Entry entry) {
		EntryId reverses = entry.reverses();
		return new EntryRow(entry.id().value(), entry.kind(), entry.source(), entry.invoice(),
				(reverses != null) ? reverses.value() : null, entry.bookedAt(),
				IntStream.range(0, entry.postings().size())
						.mapToObj((position) -> of(position, entry.postings().get(position)))
						.toList());
	}

	Entry toEntry() {
		return new Entry(new EntryId(this.id), this.kind, this.source, this.invoice,
				(this.reverses != null) ? new EntryId(this.reverses) : null, this.bookedAt,
				this.postings.stream().map(PostingRow::toPosting).toList());
	}

	private static PostingRow of(int position, Posting posting) {
		return new PostingRow(position, posting.account(), posting.amount().currency().getCurrencyCode(),
				posting.amount().minorUnits());
	}

}
