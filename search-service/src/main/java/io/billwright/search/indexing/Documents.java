package io.billwright.search.indexing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.billwright.contracts.AddressSnapshot;
import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.UserSnapshot;
import io.billwright.search.text.Words;

/// What of each snapshot can be found, and by what.
final class Documents {

	private static final int TITLE_KEY_WORDS = 20;

	private static final int SUBTITLE_LENGTH = 200;

	private Documents() {
	}

	static Document of(InvoiceSnapshot invoice) {
		if (invoice.status().equals("deleted")) {
			return Document.removed("invoice", invoice.id(), invoice.version(), day(invoice.createdAt()));
		}
		Lexemes lexemes = new Lexemes().mark("customer", invoice.customerId())
				.mark("currency", invoice.currency())
				.key(invoice.number())
				.words('B', invoice.customerName())
				.words('D', invoice.memo());
		invoice.lines().forEach((line) -> lexemes.words('C', line.description()));
		String title = Objects.requireNonNullElse(invoice.number(), "Draft");
		LocalDate date = Optional.ofNullable(invoice.issueDate()).orElseGet(() -> day(invoice.createdAt()));
		return document("invoice", invoice.id(), invoice.version(), title, invoice.customerName(), invoice.status(),
				new BigDecimal(invoice.total().amount()), invoice.currency(), date, lexemes);
	}

	static Document of(CustomerSnapshot customer) {
		Lexemes lexemes = new Lexemes().mark("currency", customer.currency())
				.mark("customer", customer.id())
				.key(customer.externalId())
				.key(customer.email())
				.words('C', customer.externalId())
				.words('B', customer.email())
				.words('D', text(customer.billingAddress()));
		customer.taxIds().forEach((taxId) -> lexemes.key(taxId.value()).words('C', taxId.value()));
		return document("customer", customer.id(), customer.version(), customer.name(), customer.email(),
				customer.status(), null, customer.currency(), day(customer.createdAt()), lexemes);
	}

	static Document of(ProductSnapshot product) {
		Lexemes lexemes = new Lexemes().key(product.externalId())
				.words('C', product.externalId())
				.words('C', product.description());
		return document("product", product.id(), product.version(), product.name(), product.description(),
				product.status(), null, null, day(product.createdAt()), lexemes);
	}

	static Document of(PriceSnapshot price) {
		Lexemes lexemes = new Lexemes().mark("currency", price.currency())
				.key(price.externalId())
				.words('C', price.externalId());
		String amount = price.unitAmount() + ' ' + price.currency();
		return document("price", price.id(), price.version(), Objects.requireNonNullElse(price.nickname(), amount),
				amount + ", " + price.model().replace('_', ' '), price.status(), new BigDecimal(price.unitAmount()),
				price.currency(), day(price.createdAt()), lexemes);
	}

	static Document of(UserSnapshot user) {
		if (user.status().equals("removed")) {
			return Document.removed("user", user.id(), user.version(), day(user.createdAt()));
		}
		Lexemes lexemes = new Lexemes().key(user.email()).words('B', user.email()).words('D', user.role());
		String title = Stream.of(user.name(), user.email()).filter(Objects::nonNull).findFirst().orElse(user.id());
		return document("user", user.id(), user.version(), title, user.email(), user.status(), null, null,
				day(user.createdAt()), lexemes);
	}

	private static Document document(String type, String id, long version, String title, @Nullable String subtitle,
			@Nullable String status, @Nullable BigDecimal amount, @Nullable String currency, LocalDate date,
			Lexemes lexemes) {
		lexemes.mark("type", type).mark("status", status).key(id).words('A', title);
		return new Document(id, version, type, title, titleKey(title), cut(subtitle), status, amount, currency, date,
				lexemes.places(), lexemes.vocabulary());
	}

	private static String titleKey(String title) {
		return String.join(" ", Words.of(title, TITLE_KEY_WORDS));
	}

	private static @Nullable String cut(@Nullable String text) {
		return ((text == null) || (text.length() <= SUBTITLE_LENGTH)) ? text : text.substring(0, SUBTITLE_LENGTH);
	}

	private static @Nullable String text(@Nullable AddressSnapshot address) {
		return (address == null)
				? null
				: Stream.of(address.line1(), address.line2(), address.city(), address.region(), address.postalCode(),
						address.country()).filter(Objects::nonNull).collect(Collectors.joining(" "));
	}

	private static LocalDate day(Instant instant) {
		return LocalDate.ofInstant(instant, ZoneOffset.UTC);
	}

}
