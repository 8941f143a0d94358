package io.billwright.local.demo;

import java.util.List;

/// Where the demo's customers live: what they pay in, which VAT they pay, what their towns and companies are called.
enum Country {

	DE("EUR", "Europe/Berlin", "19", List.of("Berlin", "Hamburg", "München", "Köln"), List.of("GmbH", "AG", "KG")), FR(
			"EUR", "Europe/Paris", "20", List.of("Paris", "Lyon", "Orléans", "Besançon"),
			List.of("SARL", "SAS")), ES("EUR", "Europe/Madrid", "21", List.of("Madrid", "A Coruña", "Cádiz"),
					List.of("S.L.", "S.A.")), IT("EUR", "Europe/Rome", "22", List.of("Roma", "Milano", "Forlì"),
							List.of("S.r.l.", "S.p.A.")), PL("PLN", "Europe/Warsaw", "23",
									List.of("Warszawa", "Kraków", "Łódź"), List.of("Sp. z o.o.")), SE("SEK",
											"Europe/Stockholm", "25", List.of("Stockholm", "Malmö", "Göteborg"),
											List.of("AB")), CH("CHF", "Europe/Zurich", "8.1",
													List.of("Zürich", "Genève", "Bern"),
													List.of("AG", "Sàrl")), GB("GBP", "Europe/London", "20",
															List.of("London", "Leeds", "Bristol"),
															List.of("Ltd", "plc")), US("USD", "America/New_York",
																	"7.25", List.of("New York", "Boston", "Austin"),
																	List.of("Inc.", "LLC")), CA("CAD",
																			"America/Toronto", "13",
																			List.of("Toronto", "Montréal", "Halifax"),
																			List.of("Ltd.", "Inc.")), BR("BRL",
																					"America/Sao_Paulo", "17",
																					List.of("São Paulo", "Brasília"),
																					List.of("Ltda.")), JP("JPY",
																							"Asia/Tokyo", "10",
																							List.of("Tokyo", "Osaka",
																									"Sapporo"),
																							List.of("K.K.")), KW("KWD",
																									"Asia/Kuwait", "5",
																									List.of("Kuwait City"),
																									List.of("W.L.L.")), AU(
																											"AUD",
																											"Australia/Sydney",
																											"10",
																											List.of("Sydney",
																													"Perth"),
																											List.of("Pty Ltd"));

	private final String currency;

	private final String timeZone;

	private final String vat;

	@SuppressWarnings("ImmutableEnumChecker") // List.of
	private final List<String> towns;

	@SuppressWarnings("ImmutableEnumChecker") // List.of
	private final List<String> forms;

	Country(String currency, String timeZone, String vat, List<String> towns, List<String> forms) {
		this.currency = currency;
		this.timeZone = timeZone;
		this.vat = vat;
		this.towns = towns;
		this.forms = forms;
	}

	String currency() {
		return this.currency;
	}

	String timeZone() {
		return this.timeZone;
	}

	/// Percent.
	String vat() {
		return this.vat;
	}

	List<String> towns() {
		return this.towns;
	}

	List<String> forms() {
		return this.forms;
	}

}
