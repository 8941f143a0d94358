package io.billwright.invoice.issuing;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.Set;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.issuing.InvoiceFilter.Range;
import io.billwright.invoice.organization.Organizations;
import io.billwright.invoice.validation.Text;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;

/// Serves invoices.
@RestController
@RequestMapping("/api/v1/invoices")
@Tag(name = "Invoices", description = "What customers are asked to pay")
class InvoiceController {

	private static final String NEWEST_FIRST = "-created_at";

	private final InvoiceStore invoices;

	private final DraftInvoices drafts;

	private final IssueInvoice issue;

	private final CloseInvoice close;

	private final Organizations organizations;

	InvoiceController(InvoiceStore invoices, DraftInvoices drafts, IssueInvoice issue, CloseInvoice close,
			Organizations organizations) {
		this.invoices = invoices;
		this.drafts = drafts;
		this.issue = issue;
		this.close = close;
		this.organizations = organizations;
	}

	@PostMapping
	@RequiresScope("invoices:write")
	@Operation(summary = "Draft an invoice")
	Mono<ResponseEntity<InvoiceView>> create(@RequestBody InvoiceRequest request) {
		return view(this.drafts.create(request))
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/invoices/" + view.id())).body(view));
	}

	@PostMapping("/preview")
	@RequiresScope("invoices:read")
	@Operation(summary = "Compute an invoice without storing it")
	Mono<InvoicePreview> preview(@RequestBody InvoiceRequest request) {
		return this.drafts.preview(request).map(InvoicePreview::of);
	}

	@GetMapping("/{id}")
	@RequiresScope("invoices:read")
	@Operation(summary = "Get an invoice")
	Mono<InvoiceView> get(@PathVariable InvoiceId id) {
		return view(this.invoices.require(id));
	}

	@GetMapping
	@RequiresScope("invoices:read")
	@Operation(summary = "List invoices", description = """
			Sorts: created_at, issue_date, due_date, total, number; with a minus before it the largest come first. \
			Drafts count as issued, due and numbered last. Days and amounts are inclusive. An invoice has all words of q, \
			the last of which may be the beginning of one.""")
	Mono<Page<InvoiceView>> list(@RequestParam(required = false) @Nullable Set<ListedStatus> status,
			@RequestParam(name = "customer_id", required = false) @Nullable CustomerId customer,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(required = false) @Text(max = 64) @Nullable String number,
			@RequestParam(name = "q", required = false) @Text(max = 100) @Nullable String text,
			@RequestParam(name = "issue_date_from", required = false) @Nullable LocalDate issuedFrom,
			@RequestParam(name = "issue_date_to", required = false) @Nullable LocalDate issuedTo,
			@RequestParam(name = "due_date_from", required = false) @Nullable LocalDate dueFrom,
			@RequestParam(name = "due_date_to", required = false) @Nullable LocalDate dueTo,
			@RequestParam(name = "created_from", required = false) @Nullable Instant createdFrom,
			@RequestParam(name = "created_before", required = false) @Nullable Instant createdBefore,
			@RequestParam(name = "total_from", required = false) @Nullable Amount totalFrom,
			@RequestParam(name = "total_to", required = false) @Nullable Amount totalTo,
			@RequestParam(defaultValue = NEWEST_FIRST) @SortedBy({"created_at", "issue_date", "due_date", "total",
				"number"}) String sort,
			PageRequest page) {
		Set<ListedStatus> listed = (status != null) ? status : Set.of();
		return this.organizations.today()
				.flatMap((today) -> this.invoices
						.page(new InvoiceFilter(ListedStatus.stored(listed),
								listed.contains(ListedStatus.OVERDUE) ? today : null, customer, currency, number, text,
								new Range<>(issuedFrom, issuedTo), new Range<>(dueFrom, dueTo),
								new Range<>(createdFrom, createdBefore), Amount.range(totalFrom, totalTo),
								InvoiceOrder.parse(sort)), page)
						.map((found) -> found.map((invoice) -> InvoiceView.of(invoice, today))));
	}

	@PatchMapping("/{id}")
	@RequiresScope("invoices:write")
	@Operation(summary = "Change a draft")
	Mono<InvoiceView> change(@PathVariable InvoiceId id, ExpectedVersion expected, MergePatch patch) {
		return view(this.drafts.change(id, expected, (draft) -> patch.apply(draft, InvoiceRequest.class)));
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@RequiresScope("invoices:write")
	@Operation(summary = "Throw a draft away")
	Mono<Void> delete(@PathVariable InvoiceId id, ExpectedVersion expected) {
		return this.drafts.delete(id, expected);
	}

	@PostMapping("/{id}/finalize")
	@RequiresScope("invoices:write")
	@Operation(summary = "Issue a draft: it gets its number and can no longer be changed")
	Mono<InvoiceView> finalize(@PathVariable InvoiceId id, ExpectedVersion expected,
			@RequestBody(required = false) @Nullable FinalizeRequest request) {
		return view(this.issue.issue(id, expected, (request != null) ? request.issueDate() : null));
	}

	@PostMapping("/{id}/void")
	@RequiresScope("invoices:write")
	@Operation(summary = "Take an open invoice without payments back")
	Mono<InvoiceView> voidIt(@PathVariable InvoiceId id, ExpectedVersion expected) {
		return view(this.close.voidIt(id, expected));
	}

	@PostMapping("/{id}/mark-uncollectible")
	@RequiresScope("invoices:write")
	@Operation(summary = "Give up on what is due on an open invoice")
	Mono<InvoiceView> markUncollectible(@PathVariable InvoiceId id, ExpectedVersion expected) {
		return view(this.close.markUncollectible(id, expected));
	}

	private Mono<InvoiceView> view(Mono<Invoice> invoice) {
		return invoice
				.flatMap((found) -> this.organizations.today().map((today) -> InvoiceView.of(found, today)));
	}

	/// @param issueDate today when not given; an earlier one for invoices that are taken over from another system
	record FinalizeRequest(@Nullable LocalDate issueDate) {}

}
