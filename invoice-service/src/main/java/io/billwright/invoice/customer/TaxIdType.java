package io.billwright.invoice.customer;

import java.util.Locale;
import java.util.regex.Pattern;

/// The tax registers whose numbers are known, each with the form of its numbers. Only the form is checked: whether a
/// number is registered, only the register knows.
public enum TaxIdType {

	/// VAT identification number of a member state of the European Union, and of Northern Ireland (VIES).
	EU_VAT("""
			ATU\\d{8}|BE[01]\\d{9}|BG\\d{9,10}|CY\\d{8}[A-Z]|CZ\\d{8,10}|DE\\d{9}|DK\\d{8}|EE\\d{9}|EL\\d{9}\
			|ES[A-Z0-9]\\d{7}[A-Z0-9]|FI\\d{8}|FR[A-HJ-NP-Z0-9]{2}\\d{9}|HR\\d{11}|HU\\d{8}\
			|IE(\\d{7}[A-W][A-I]?|\\d[A-Z+*]\\d{5}[A-W])|IT\\d{11}|LT(\\d{9}|\\d{12})|LU\\d{8}|LV\\d{11}|MT\\d{8}\
			|NL[A-Z0-9+*]{9}B[A-Z0-9+*]{2}|PL\\d{10}|PT\\d{9}|RO[1-9]\\d{1,9}|SE\\d{10}01|SI[1-9]\\d{7}|SK\\d{10}\
			|XI(\\d{9}|\\d{12}|GD[0-4]\\d{2}|HA[5-9]\\d{2})"""),
	/// VAT registration number of the United Kingdom.
	GB_VAT("GB(\\d{9}|\\d{12}|GD[0-4]\\d{2}|HA[5-9]\\d{2})"),
	/// Enterprise number (UID) of Switzerland, with or without its VAT suffix.
	CH_VAT("CHE\\d{9}(MWST|TVA|IVA)?"),
	/// Organization number of Norway with its VAT suffix.
	NO_VAT("\\d{9}MVA"),
	/// Employer identification number of the United States.
	US_EIN("\\d{9}"),
	/// Business number of Canada, with or without its program account.
	CA_BN("\\d{9}(R[CMPT]\\d{4})?"),
	/// Business number of Australia.
	AU_ABN("[1-9]\\d{10}"),
	/// Goods and services tax number of New Zealand.
	NZ_GST("\\d{8,9}"),
	/// Goods and services tax identification number of India.
	IN_GST("\\d{2}[A-Z]{5}\\d{4}[A-Z][A-Z0-9]Z[A-Z0-9]"),
	/// Qualified invoice issuer of Japan: T and the corporate number.
	JP_TRN("T\\d{13}"),
	/// Federal taxpayer number of a company in Brazil.
	BR_CNPJ("[A-Z0-9]{12}\\d{2}"),
	/// Federal taxpayer number of Mexico.
	MX_RFC("[A-ZÑ&]{3,4}\\d{6}[A-Z0-9]{3}"),
	/// Unique entity number of Singapore.
	SG_UEN("\\d{8,9}[A-Z]|[RST]\\d{2}[A-Z]{2}\\d{4}[A-Z]"),
	/// VAT registration number of South Africa.
	ZA_VAT("4\\d{9}");

	private static final Pattern SEPARATORS = Pattern.compile("[\\s./-]");

	private final Pattern form;

	TaxIdType(String form) {
		this.form = Pattern.compile(form);
	}

	/// Whether the value has this type's form. Separators and case do not matter.
	public boolean accepts(String value) {
		return this.form.matcher(compact(value)).matches();
	}

	static String compact(String value) {
		return SEPARATORS.matcher(value).replaceAll("").toUpperCase(Locale.ROOT);
	}

}
