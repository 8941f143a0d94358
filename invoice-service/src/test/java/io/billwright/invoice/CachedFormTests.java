package io.billwright.invoice;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.invoice.catalog.Flat;
import io.billwright.invoice.catalog.PerUnit;
import io.billwright.invoice.catalog.Price;
import io.billwright.invoice.catalog.PriceId;
import io.billwright.invoice.catalog.PricingModel;
import io.billwright.invoice.catalog.Product;
import io.billwright.invoice.catalog.ProductId;
import io.billwright.invoice.catalog.Recurrence;
import io.billwright.invoice.catalog.UnitAmount;
import io.billwright.invoice.customer.CustomerFixtures;
import io.billwright.invoice.tax.Percentage;
import io.billwright.invoice.tax.TaxCategory;
import io.billwright.invoice.tax.TaxRate;
import io.billwright.invoice.tax.TaxRateId;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

/// What the second level of a cache gives back is what was put in.
@PlatformTest
class CachedFormTests {

	private static final Instant NOW = Instant.parse("2026-01-15T10:00:00.123456Z");

	private final JsonMapper json;

	CachedFormTests(@Autowired JsonMapper json) {
		this.json = json;
	}

	@ParameterizedTest
	@MethodSource("values")
	void valueWhenWrittenAndReadThenIsEqual(Object value) {
		assertThat(this.json.readValue(this.json.writeValueAsString(value), value.getClass())).isEqualTo(value);
	}

	private static Stream<Object> values() {
		return Stream.of(CustomerFixtures.customer("Acme"),
				new Product(new ProductId(Ids.next()), 3, new Product.Details("a", "b", "c", "d", Map.of("e", "f")),
						NOW,
						NOW, NOW),
				price(new PerUnit(new UnitAmount(new BigDecimal("0.000000000001"))),
						new Recurrence(Recurrence.Interval.MONTH, 3)),
				price(new Flat(new UnitAmount(new BigDecimal("49"))), null), rate(TaxCategory.S, "7.7"),
				rate(TaxCategory.AE, "0"));
	}

	private static Price price(PricingModel pricing, @Nullable Recurrence recurrence) {
		return new Price(new PriceId(Ids.next()), 2, new ProductId(Ids.next()),
				new Price.Terms(pricing, Currency.getInstance("EUR"), recurrence),
				new Price.Details("a", null, Map.of()), null, NOW, NOW);
	}

	private static TaxRate rate(TaxCategory category, String percentage) {
		return new TaxRate(new TaxRateId(Ids.next()), 1,
				new TaxRate.Terms(new Percentage(new BigDecimal(percentage)), category, "DE", true),
				new TaxRate.Details("VAT", null, Map.of()), null, NOW, NOW);
	}

}
