package io.billwright.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/// The wire form of each event, in a file. A difference here is a change for every reader: add a field, never rename
/// or remove one.
class GoldenFilesTests {

	private static final Instant CREATED = Instant.parse("2026-11-20T08:30:00Z");

	private static final Instant UPDATED = Instant.parse("2026-11-21T09:00:00.000001Z");

	private static final MoneyAmount AMOUNT = new MoneyAmount("365.13", "EUR");

	private static final JsonMapper MAPPER = JsonMapper.builder()
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.build();

	static Stream<Record> snapshots() {
		return Stream.of(
				new OrganizationSnapshot("org_01h455vb4pex5vsknk084sn02q", 2, "Acme", "DE", "Europe/Berlin", "EUR",
						CREATED,
						UPDATED),
				new UserSnapshot("usr_01h455vb4pex5vsknk084sn02q", 1, "Ada Example", "ada@example.com", "owner",
						"active",
						CREATED, UPDATED),
				new CustomerSnapshot("cus_01h455vb4pex5vsknk084sn02q", 3, "crm-7", "Wayne GmbH", "billing@example.com",
						new AddressSnapshot("Hauptstr. 1", null, "Berlin", null, "10115", "DE"),
						List.of(new CustomerSnapshot.TaxIdSnapshot("eu_vat", "DE123456789")), "EUR", "Europe/Berlin",
						"active",
						CREATED, UPDATED),
				new ProductSnapshot("prd_01h455vb4pex5vsknk084sn02q", 1, "sku-1", "Seats", "One seat", "active",
						CREATED,
						UPDATED),
				new PriceSnapshot("pri_01h455vb4pex5vsknk084sn02q", 1, "prd_01h455vb4pex5vsknk084sn02q", null,
						"Monthly",
						"per_unit", "EUR", "12.500000000001", "active", CREATED, UPDATED),
				new InvoiceSnapshot("inv_01h455vb4pex5vsknk084sn02q", 4, "INV-000001", "partially_paid",
						"cus_01h455vb4pex5vsknk084sn02q", "Wayne GmbH", "EUR", LocalDate.of(2026, 11, 20),
						LocalDate.of(2026, 12, 20), false,
						List.of(new InvoiceSnapshot.InvoiceLineSnapshot("il_01h455vb4pex5vsknk084sn02q", "Seats",
								"prd_01h455vb4pex5vsknk084sn02q", "pri_01h455vb4pex5vsknk084sn02q", "2.5", "146.05",
								AMOUNT,
								"txr_01h455vb4pex5vsknk084sn02q")),
						AMOUNT, AMOUNT, AMOUNT, AMOUNT, AMOUNT, "Thank you", CREATED, CREATED, null, null, null,
						UPDATED),
				new PaymentSnapshot("pay_01h455vb4pex5vsknk084sn02q", 1, "inv_01h455vb4pex5vsknk084sn02q",
						"cus_01h455vb4pex5vsknk084sn02q", AMOUNT, "bank_transfer", "ref 1", LocalDate.of(2026, 11, 20),
						CREATED),
				new UsageLevelSnapshot("alr_01h455vb4pex5vsknk084sn02q", 1, "alt_01h455vb4pex5vsknk084sn02q",
						"cus_01h455vb4pex5vsknk084sn02q", "mtr_01h455vb4pex5vsknk084sn02q", "api-calls", "80%", "81.5",
						CREATED, UPDATED, CREATED));
	}

	@ParameterizedTest
	@MethodSource("snapshots")
	void snapshotWhenWrittenThenAsInItsGoldenFile(Record snapshot) throws IOException {
		String golden = golden(snapshot.getClass());
		assertThat(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(snapshot))
				.isEqualToNormalizingNewlines(golden.strip());
		assertThat(MAPPER.readValue(golden, snapshot.getClass())).isEqualTo(snapshot);
	}

	@ParameterizedTest
	@MethodSource("snapshots")
	void snapshotWhenDeclaredThenItBeginsWithIdAndVersion(Record snapshot) {
		RecordComponent[] components = snapshot.getClass().getRecordComponents();
		assertThat(components[0].getName()).isEqualTo("id");
		assertThat(components[1].getType()).isEqualTo(long.class);
		assertThat(components[1].getName()).isEqualTo("version");
	}

	@Test
	void userWhenInTwoOrganizationsThenTheirEventsHaveTwoSubjects() {
		UserSnapshot user = new UserSnapshot("usr_01h455vb4pex5vsknk084sn02q", 1, "Ada Example", "ada@example.com",
				"owner", "active", CREATED, UPDATED);
		assertThat(user.subject("org_01h455vb4pex5vsknk084sn02q"))
				.isEqualTo("org_01h455vb4pex5vsknk084sn02q/usr_01h455vb4pex5vsknk084sn02q")
				.isNotEqualTo(user.subject("org_01h455vb4pex5vsknk084sn02r"));
	}

	@Test
	void topicsWhenListedThenEachHasASnapshot() {
		assertThat(Stream.of(Topics.class.getFields()).map((field) -> field.getName())).hasSameSizeAs(
				snapshots().toList());
	}

	private static String golden(Class<?> type) throws IOException {
		try (InputStream file = GoldenFilesTests.class
				.getResourceAsStream("/golden/" + type.getSimpleName() + ".json")) {
			assertThat(file).as("golden file of " + type.getSimpleName()).isNotNull();
			return new String(file.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
