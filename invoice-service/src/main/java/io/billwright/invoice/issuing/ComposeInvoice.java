package io.billwright.invoice.issuing;

import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.invoice.catalog.Price;
import io.billwright.invoice.catalog.PriceId;
import io.billwright.invoice.catalog.Prices;
import io.billwright.invoice.catalog.Products;
import io.billwright.invoice.customer.Customer;
import io.billwright.invoice.customer.Customers;
import io.billwright.invoice.tax.TaxRate;
import io.billwright.invoice.tax.TaxRateId;
import io.billwright.invoice.tax.TaxRates;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// Turns a request into the content of a draft: looks up what it names and computes the lines.
@Component
class ComposeInvoice {

	private final Customers customers;

	private final Prices prices;

	private final Products products;

	private final TaxRates taxRates;

	private final BillingSettingsStore settings;

	ComposeInvoice(Customers customers, Prices prices, Products products, TaxRates taxRates,
			BillingSettingsStore settings) {
		this.customers = customers;
		this.prices = prices;
		this.products = products;
		this.taxRates = taxRates;
		this.settings = settings;
	}

	/// The content. Cold; fails with [Invalid] for what does not exist, and with the failures of customers, catalog and
	/// taxes for what is archived.
	Mono<Invoice.Content> compose(InvoiceRequest request) {
		return Mono.defer(() -> {
			check(request);
			return look(request).map((known) -> content(request, known));
		});
	}

	private Mono<Known> look(InvoiceRequest request) {
		List<InvoiceRequest.Line> lines = request.linesOrNone();
		Mono<Customer> customer = this.customers.find(request.customerId())
				.map(Customer::requireActive)
				.switchIfEmpty(unknown("customer_id", "customer"));
		return Mono.zip(customer, offers(lines), taxes(lines), this.settings.find())
				.map((found) -> new Known(found.getT1(), found.getT2(), found.getT3(), found.getT4().taxRounding()));
	}

	private Mono<Map<PriceId, Offer>> offers(List<InvoiceRequest.Line> lines) {
		return named(lines, InvoiceRequest.Line::priceId).concatMap(this::offer)
				.collectMap((offer) -> offer.price().id());
	}

	private Mono<Offer> offer(PriceId id) {
		return this.prices.find(id)
				.map(Price::requireActive)
				.switchIfEmpty(unknown("lines.price_id", "price"))
				.flatMap((price) -> this.products.require(price.productId())
						.map((product) -> new Offer(price, product.details().name())));
	}

	private Mono<Map<TaxRateId, TaxRate>> taxes(List<InvoiceRequest.Line> lines) {
		return named(lines, InvoiceRequest.Line::taxRateId)
				.concatMap((id) -> this.taxRates.find(id)
						.map(TaxRate::requireActive)
						.switchIfEmpty(unknown("lines.tax_rate_id", "tax rate")))
				.collectMap(TaxRate::id);
	}

	private static <T> Flux<T> named(List<InvoiceRequest.Line> lines,
			Function<InvoiceRequest.Line, @Nullable T> reference) {
		return Flux.fromIterable(lines).mapNotNull(reference).distinct();
	}

	private static <T> Mono<T> unknown(String field, String what) {
		return Mono.error(() -> new Invalid(field, "unknown", "names no " + what));
	}

	private static Invoice.Content content(InvoiceRequest request, Known known) {
		Currency currency = Objects.requireNonNullElse(request.currency(), known.customer().details().currency());
		List<InvoiceLine> lines = request.linesOrNone().stream().map((line) -> known.toLine(line, currency)).toList();
		return new Invoice.Content(BilledCustomer.of(known.customer()), currency, lines, request.dueDate(),
				request.memo(), known.rounding());
	}

	private static void check(InvoiceRequest request) {
		List<FieldError> errors = new ArrayList<>();
		Currency currency = request.currency();
		if ((currency != null) && (currency.getDefaultFractionDigits() < 0)) {
			errors.add(new FieldError("currency", "unknown", "must be a currency with minor units"));
		}
		List<InvoiceRequest.Line> lines = request.linesOrNone();
		for (int i = 0; i < lines.size(); i++) {
			check(lines.get(i), "lines[%d].".formatted(i), errors);
		}
		if (!errors.isEmpty()) {
			throw new Invalid(errors);
		}
	}

	private static void check(InvoiceRequest.Line line, String path, List<FieldError> errors) {
		if (line.priceId() != null) {
			if (line.unitAmount() != null) {
				errors.add(new FieldError(path + "unit_amount", "not_allowed", "is what the price says"));
			}
		}
		else {
			if (line.unitAmount() == null) {
				errors.add(
						new FieldError(path + "unit_amount", "required", "must be given where there is no price_id"));
			}
			if (line.description() == null) {
				errors.add(
						new FieldError(path + "description", "required", "must be given where there is no price_id"));
			}
		}
		if ((line.unitAmount() != null)
				&& (line.unitAmount().stripTrailingZeros().scale() > InvoiceLine.UNIT_DECIMALS_MAX)) {
			errors.add(new FieldError(path + "unit_amount", "out_of_range", "must have at most 12 decimals"));
		}
		if ((line.quantity() != null) && !Quantity.accepts(line.quantity())) {
			errors.add(new FieldError(path + "quantity", "out_of_range", Quantity.RANGE));
		}
	}

	/// A price and what it is the price of.
	private record Offer(Price price, String name) {}

	/// What a request names.
	private record Known(Customer customer, Map<PriceId, Offer> offers, Map<TaxRateId, TaxRate> taxes,
			TaxRounding rounding) {

		InvoiceLine toLine(InvoiceRequest.Line line, Currency currency) {
			Quantity quantity = (line.quantity() != null) ? new Quantity(line.quantity()) : Quantity.ONE;
			AppliedTax tax = (line.taxRateId() != null)
					? AppliedTax.of(Objects.requireNonNull(this.taxes.get(line.taxRateId())))
					: null;
			if (line.priceId() == null) {
				return InvoiceLine.OneOff.of(LineId.next(), Objects.requireNonNull(line.description()), quantity,
						Objects.requireNonNull(line.unitAmount()), currency, tax);
			}
			Offer offer = Objects.requireNonNull(this.offers.get(line.priceId()));
			return InvoiceLine.PriceLine.of(LineId.next(),
					Objects.requireNonNullElse(line.description(), offer.name()), offer.price(), quantity, currency,
					tax);
		}

	}

}
