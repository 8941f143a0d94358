package io.billwright.local.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.jspecify.annotations.Nullable;

/// The business that the demo invents: the same one for the same seed and day.
///
/// @param customers in the order in which they signed up
/// @param invoices by issue date, the drafts last
record Business(List<CustomerPlan> customers, List<ProductPlan> products, List<InvoicePlan> invoices) {

	private static final int MONTHS = 18;

	/// Those that are left as drafts.
	private static final int DRAFTS = 40;

	/// Days after which almost everything has been paid or given up.
	private static final int SETTLED_AFTER = 45;

	private static final List<String> FIRST = List.of("Nordic", "Blue", "Rapid", "Golden", "Silver", "Urban", "Alpine",
			"Pacific", "Crystal", "Solar", "Quantum", "Green", "Iron", "Velvet", "Lunar", "Stellar", "Amber", "Royal");

	private static final List<String> SECOND = List.of("Harbour", "Bakery", "Logistics", "Robotics", "Media",
			"Textiles",
			"Analytics", "Foods", "Energy", "Optics", "Studios", "Motors", "Gardens", "Labs", "Security", "Travel");

	private static final List<ProductPlan> CATALOG = List.of(
			new ProductPlan("starter", "Starter plan", "One workspace, three seats", "19.00"),
			new ProductPlan("team", "Team plan", "Ten workspaces, roles and audit log", "79.00"),
			new ProductPlan("scale", "Scale plan", "Single sign-on and a named contact", "349.00"),
			new ProductPlan("seat", "Additional seat", "One more person", "12.50"),
			new ProductPlan("storage", "Storage", "100 GB for a month", "4.20"),
			new ProductPlan("support", "Priority support", "Answers within the hour", "120.00"),
			new ProductPlan("onboarding", "Onboarding", "Two days with an engineer", "1460.50"),
			new ProductPlan("training", "Training day", "Up to twelve people", "980.00"),
			new ProductPlan("api", "API calls", "A thousand calls", "0.85"),
			new ProductPlan("backup", "Off-site backup", "Kept for a year", "15.75"));

	Business {
		customers = List.copyOf(customers);
		products = List.copyOf(products);
		invoices = List.copyOf(invoices);
	}

	/// Invents a business.
	///
	/// @param today the day up to which it has been running
	static Business invent(long seed, LocalDate today, int customers, int invoices) {
		Random random = new Random(seed);
		List<CustomerPlan> who = new ArrayList<>();
		for (int i = 0; i < customers; i++) {
			who.add(customer(i, random));
		}
		List<InvoicePlan> what = new ArrayList<>();
		LocalDate begin = today.minusMonths(MONTHS);
		long days = ChronoUnit.DAYS.between(begin, today);
		for (int i = 0; i < invoices; i++) {
			// A growing business: later months have more invoices than earlier ones.
			long day = Math.round(days * Math.sqrt((i + 1.0) / invoices));
			what.add(invoice(i, who.get(random.nextInt(who.size())), begin.plusDays(day), today,
					i >= invoices - DRAFTS, random));
		}
		return new Business(who, CATALOG, what);
	}

	private static CustomerPlan customer(int i, Random random) {
		Country country = pick(List.of(Country.values()), random);
		String name = pick(FIRST, random) + ' ' + pick(SECOND, random) + ' ' + pick(country.forms(), random);
		String host = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-").replaceAll("^-|-$", "");
		return new CustomerPlan("demo-customer-%03d".formatted(i + 1), name, "billing@" + host + ".example", country,
				pick(country.towns(), random), (1 + random.nextInt(180)) + " " + pick(FIRST, random) + " Street",
				pick(List.of(14, 30, 30, 30, 60), random));
	}

	private static InvoicePlan invoice(int i, CustomerPlan customer, LocalDate issued, LocalDate today, boolean draft,
			Random random) {
		List<LinePlan> lines = new ArrayList<>();
		int count = 1 + random.nextInt(4);
		for (int line = 0; line < count; line++) {
			lines.add(line(customer.country(), random));
		}
		long age = ChronoUnit.DAYS.between(issued, today);
		Outcome outcome = draft ? Outcome.DRAFT : outcome(age, random.nextInt(100));
		LocalDate paid = issued.plusDays(1 + random.nextInt(customer.terms() + 10));
		return new InvoicePlan("demo-%04d".formatted(i + 1), customer, lines, issued, outcome,
				paid.isAfter(today) ? today : paid);
	}

	private static Outcome outcome(long age, int chance) {
		if (age > SETTLED_AFTER) {
			return (chance < 86)
					? Outcome.PAID
					: (chance < 89)
							? Outcome.PARTIALLY_PAID
							: (chance < 93) ? Outcome.VOID : (chance < 96) ? Outcome.UNCOLLECTIBLE : Outcome.OPEN;
		}
		return (chance < 50)
				? Outcome.PAID
				: (chance < 58) ? Outcome.PARTIALLY_PAID : (chance < 60) ? Outcome.VOID : Outcome.OPEN;
	}

	private static LinePlan line(Country country, Random random) {
		if (random.nextInt(4) > 0) {
			ProductPlan product = pick(CATALOG, random);
			return new LinePlan(product, null, String.valueOf(1 + random.nextInt(20)), null);
		}
		BigDecimal hours = BigDecimal.valueOf(2 + random.nextInt(60)).divide(BigDecimal.valueOf(4), 2,
				RoundingMode.HALF_UP);
		return new LinePlan(null, "Consulting, hours", hours.stripTrailingZeros().toPlainString(),
				priced("146.05", country.currency()));
	}

	private static <T> T pick(List<T> choices, Random random) {
		return choices.get(random.nextInt(choices.size()));
	}

	/// A euro amount as a round figure of another currency.
	static String priced(String euros, String currency) {
		BigDecimal rate = switch (currency) {
			case "JPY" -> new BigDecimal("160");
			case "SEK" -> new BigDecimal("11");
			case "PLN" -> new BigDecimal("4.3");
			case "BRL" -> new BigDecimal("6");
			case "KWD" -> new BigDecimal("0.33");
			default -> BigDecimal.ONE;
		};
		int digits = Currency.getInstance(currency).getDefaultFractionDigits();
		return new BigDecimal(euros).multiply(rate).setScale(digits, RoundingMode.HALF_UP).toPlainString();
	}

	/// What becomes of an invoice.
	enum Outcome {

		DRAFT, OPEN, PARTIALLY_PAID, PAID, VOID, UNCOLLECTIBLE

	}

	/// @param key its external id
	/// @param terms days to pay
	record CustomerPlan(String key, String name, String email, Country country, String town, String street,
			int terms) {}

	/// @param key its external id
	/// @param euros its price
	record ProductPlan(String key, String name, String description, String euros) {}

	/// A product by its price, or a description with an amount of its own.
	record LinePlan(@Nullable ProductPlan product, @Nullable String description, String quantity,
			@Nullable String unitAmount) {}

	/// @param key stands in its memo, where a second run finds it
	/// @param paid when its payment arrives, if one does
	record InvoicePlan(String key, CustomerPlan customer, List<LinePlan> lines, LocalDate issued, Outcome outcome,
			LocalDate paid) {

		public InvoicePlan {
			lines = List.copyOf(lines);
		}

	}

}
