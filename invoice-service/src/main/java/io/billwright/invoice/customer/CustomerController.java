package io.billwright.invoice.customer;

import java.net.URI;
import java.time.Instant;
import java.util.Currency;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.invoice.customer.CustomerPublisher.Event;
import io.billwright.invoice.validation.CountryCode;
import io.billwright.invoice.validation.Text;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;

/// Serves customers.
@RestController
@RequestMapping("/api/v1/customers")
@Tag(name = "Customers", description = "Whom the organization bills")
class CustomerController {

	private final CustomerStore customers;

	private final KeepCustomers keep;

	CustomerController(CustomerStore customers, KeepCustomers keep) {
		this.customers = customers;
		this.keep = keep;
	}

	@PostMapping
	@RequiresScope("customers:write")
	@Operation(summary = "Create a customer")
	Mono<ResponseEntity<CustomerView>> create(@RequestBody CustomerRequest request) {
		return this.keep.create(request.toDetails())
				.map(CustomerView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/customers/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@RequiresScope("customers:read")
	@Operation(summary = "Get a customer")
	Mono<CustomerView> get(@PathVariable CustomerId id) {
		return this.customers.require(id).map(CustomerView::of);
	}

	@GetMapping
	@RequiresScope("customers:read")
	@Operation(summary = "List customers")
	Mono<Page<CustomerView>> list(
			@RequestParam(name = "external_id", required = false) @Text(max = 255) @Nullable String externalId,
			@RequestParam(required = false) Customer.@Nullable Status status,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(required = false) @CountryCode @Nullable String country,
			@RequestParam(name = "created_from", required = false) @Nullable Instant createdFrom,
			@RequestParam(name = "created_before", required = false) @Nullable Instant createdBefore,
			@RequestParam(required = false) @Text(max = 100) @Nullable String q,
			@RequestParam(required = false) @SortedBy({"created_at", "name"}) @Nullable String sort,
			PageRequest page) {
		CustomerFilter filter = new CustomerFilter(externalId, status, currency, country, createdFrom, createdBefore,
				q);
		return this.customers.page(filter, sort, page).map((customers) -> customers.map(CustomerView::of));
	}

	@PatchMapping("/{id}")
	@RequiresScope("customers:write")
	@Operation(summary = "Change a customer")
	Mono<CustomerView> change(@PathVariable CustomerId id, ExpectedVersion expected, MergePatch patch) {
		return this.keep
				.change(id, expected, Event.UPDATED, (customer, now) -> customer.change(patched(customer, patch), now))
				.map(CustomerView::of);
	}

	@PostMapping("/{id}/archive")
	@RequiresScope("customers:write")
	@Operation(summary = "Archive a customer: it gets no new invoices")
	Mono<CustomerView> archive(@PathVariable CustomerId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, Event.ARCHIVED, Customer::archive).map(CustomerView::of);
	}

	@PostMapping("/{id}/unarchive")
	@RequiresScope("customers:write")
	@Operation(summary = "Bring an archived customer back into use")
	Mono<CustomerView> unarchive(@PathVariable CustomerId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, Event.UNARCHIVED, Customer::unarchive).map(CustomerView::of);
	}

	private static CustomerDetails patched(Customer customer, MergePatch patch) {
		return patch.apply(CustomerRequest.of(customer.details()), CustomerRequest.class).toDetails();
	}

}
