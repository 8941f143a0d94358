package io.billwright.invoice.ledger;

import java.time.Instant;
import java.util.List;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.invoice.listing.Filter;
import io.billwright.invoice.validation.Text;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.money.Money;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;

/// Serves the ledger.
@RestController
@RequestMapping("/api/v1/ledger")
@Tag(name = "Ledger", description = "Every movement of money, in double entry")
class LedgerController {

	private final Ledger ledger;

	private final ReconcileLedger reconcile;

	LedgerController(Ledger ledger, ReconcileLedger reconcile) {
		this.ledger = ledger;
		this.reconcile = reconcile;
	}

	@GetMapping("/entries")
	@RequiresScope("ledger:read")
	@Operation(summary = "List journal entries")
	Mono<Page<EntryView>> entries(@RequestParam(required = false) @Nullable EntryKind kind,
			@RequestParam(required = false) @Text(max = 64) @Nullable String source,
			@RequestParam(name = "invoice_id", required = false) @Text(max = 64) @Nullable String invoice,
			@RequestParam(name = "booked_from", required = false) @Nullable Instant bookedFrom,
			@RequestParam(name = "booked_before", required = false) @Nullable Instant bookedBefore,
			@RequestParam(required = false) @SortedBy("booked_at") @Nullable String sort,
			PageRequest page) {
		Filter filter = Filter.NONE.and("kind = :kind", "kind", (kind != null) ? kind.code() : null)
				.and("source = :source", "source", source)
				.and("invoice = :invoice", "invoice", invoice)
				.and("booked_at >= :booked_from", "booked_from", bookedFrom)
				.and("booked_at < :booked_before", "booked_before", bookedBefore);
		return this.ledger.page(filter, sort, page).map((entries) -> entries.map(EntryView::of));
	}

	@GetMapping("/balances")
	@RequiresScope("ledger:read")
	@Operation(summary = "Get the balance of each account and currency")
	Mono<Balances> balances() {
		return this.ledger.balances()
				.map((balance) -> new BalanceView(balance.account(), balance.amount()))
				.collectList()
				.map(Balances::new);
	}

	@GetMapping("/reconciliation")
	@RequiresScope("ledger:read")
	@Operation(summary = "Compare the receivable account with the open invoices")
	Mono<Reconciliation> reconciliation() {
		return this.reconcile.reconcile();
	}

	/// A journal entry as clients see it.
	record EntryView(EntryId id, EntryKind kind, String source, String invoiceId, @Nullable EntryId reverses,
			Instant bookedAt, List<PostingView> postings) {

		static EntryView of(Entry entry) {
			return new EntryView(entry.id(), entry.kind(), entry.source(), entry.invoice(), entry.reverses(),
					entry.bookedAt(), entry.postings().stream().map(PostingView::of).toList());
		}

	}

	/// One side of an entry.
	///
	/// @param amount a debit above zero or a credit below
	record PostingView(Account account, Money amount) {

		static PostingView of(Posting posting) {
			return new PostingView(posting.account(), posting.amount());
		}

	}

	/// All balances.
	record Balances(List<BalanceView> data) {}

	/// One balance.
	record BalanceView(Account account, Money balance) {}

}
