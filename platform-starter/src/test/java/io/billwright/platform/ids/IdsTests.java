package io.billwright.platform.ids;

import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class IdsTests {

	/// The vectors of the TypeID specification's valid.yml.
	@ParameterizedTest
	@CsvSource({"00000000000000000000000000,00000000-0000-0000-0000-000000000000",
		"00000000000000000000000001,00000000-0000-0000-0000-000000000001",
		"0000000000000000000000000a,00000000-0000-0000-0000-00000000000a",
		"0000000000000000000000000g,00000000-0000-0000-0000-000000000010",
		"00000000000000000000000010,00000000-0000-0000-0000-000000000020",
		"7zzzzzzzzzzzzzzzzzzzzzzzzz,ffffffff-ffff-ffff-ffff-ffffffffffff",
		"0123456789abcdefghjkmnpqrs,0110c853-1d09-52d8-d73e-1194e95b5f19",
		"01h455vb4pex5vsknk084sn02q,01890a5d-ac96-774b-bcce-b302099a8057"})
	void textWhenUuidThenAsTheSpecificationSays(String text, UUID uuid) {
		assertThat(new OrganizationId(uuid).text()).isEqualTo("org_" + text);
		assertThat(OrganizationId.parse("org_" + text).value()).isEqualTo(uuid);
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "org", "org_", "usr_01h455vb4pex5vsknk084sn02q", "org-01h455vb4pex5vsknk084sn02q",
		"org_01h455vb4pex5vsknk084sn02", "org_01h455vb4pex5vsknk084sn02qq", "org_81h455vb4pex5vsknk084sn02q",
		"org_01H455VB4PEX5VSKNK084SN02Q", "org_01h455vb4pex5vsknk084sn02u", "org_01h455vb4pex5vsknk084sn02é"})
	void parseWhenMalformedThenRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> OrganizationId.parse(text));
	}

	@Test
	void nextWhenCalledThenVersion7AndGrowing() {
		UUID first = Ids.next();
		assertThat(first.version()).isEqualTo(7);
		assertThat(first.variant()).isEqualTo(2);
		assertThat(Ids.next().getMostSignificantBits() >>> 16)
				.isGreaterThanOrEqualTo(first.getMostSignificantBits() >>> 16);
	}

}
