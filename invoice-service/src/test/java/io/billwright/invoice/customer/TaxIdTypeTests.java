package io.billwright.invoice.customer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TaxIdTypeTests {

	@ParameterizedTest
	@CsvSource({"EU_VAT, DE123456789", "EU_VAT, ATU12345678", "EU_VAT, NL000099998B57", "EU_VAT, FRXX999999999",
		"EU_VAT, ESX9999999X", "EU_VAT, IE6388047V", "EU_VAT, IE1234567FA", "EU_VAT, EL123456789",
		"EU_VAT, XI123456789", "EU_VAT, SE123456789001", "GB_VAT, GB123456789", "GB_VAT, GBGD001",
		"CH_VAT, CHE123456789MWST", "CH_VAT, CHE123456789", "NO_VAT, 123456789MVA", "US_EIN, 123456789",
		"CA_BN, 123456789RT0001", "AU_ABN, 51824753556", "NZ_GST, 123456789", "IN_GST, 22AAAAA0000A1Z5",
		"JP_TRN, T1234567890123", "BR_CNPJ, 11222333000181", "MX_RFC, XAXX010101000", "SG_UEN, 201912345A",
		"ZA_VAT, 4123456789"})
	void typeWhenValueHasItsFormThenAccepts(TaxIdType type, String value) {
		assertThat(type.accepts(value)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({"EU_VAT, DE12345678", "EU_VAT, DE1234567890", "EU_VAT, GB123456789", "EU_VAT, 123456789",
		"EU_VAT, SE123456789002", "EU_VAT, FRIO999999999", "GB_VAT, DE123456789", "GB_VAT, GBGD501",
		"CH_VAT, CHE12345678", "NO_VAT, 123456789", "US_EIN, 12345678", "US_EIN, 12345678X", "AU_ABN, 01824753556",
		"JP_TRN, 1234567890123", "ZA_VAT, 5123456789"})
	void typeWhenValueHasAnotherFormThenRefuses(TaxIdType type, String value) {
		assertThat(type.accepts(value)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({"EU_VAT, de 123.456.789, DE123456789", "CH_VAT, CHE-123.456.789 MWST, CHE123456789MWST",
		"US_EIN, 12-3456789, 123456789", "BR_CNPJ, 11.222.333/0001-81, 11222333000181"})
	void taxIdWhenWrittenWithSeparatorsThenKeepsNone(TaxIdType type, String written, String kept) {
		assertThat(new TaxId(type, written).value()).isEqualTo(kept);
	}

	@Test
	void taxIdWhenNotOfTheFormThenCannotBeMade() {
		assertThatIllegalArgumentException().isThrownBy(() -> new TaxId(TaxIdType.EU_VAT, "DE12"));
	}

}
