package io.billwright.analytics.counting;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;

import io.billwright.analytics.counting.BinaryArray.ElementType;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/// What PostgreSQL reads is what was written.
@PlatformTest
class BinaryArrayTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Test
	void arrayOfEachTypeWhenReadThenHasItsElementsInTheirOrder() {
		UUID id = UUID.randomUUID();
		assertThat(read(ElementType.UUID, "uuid", BinaryArray::add, id, new UUID(0, 1)))
				.isEqualTo("{" + id + ",00000000-0000-0000-0000-000000000001}");
		assertThat(read(ElementType.BOOLEAN, "boolean", BinaryArray::add, true, false)).isEqualTo("{t,f}");
		assertThat(read(ElementType.BIGINT, "bigint", BinaryArray::add, Long.MIN_VALUE, 0L, Long.MAX_VALUE))
				.isEqualTo("{-9223372036854775808,0,9223372036854775807}");
		assertThat(read(ElementType.INTEGER, "integer", (array, element) -> array.add((long) element), -1, 7))
				.isEqualTo("{-1,7}");
		assertThat(
				read(ElementType.DATE, "date", BinaryArray::add, LocalDate.of(1999, 12, 31), LocalDate.of(2026, 11, 1)))
				.isEqualTo("{1999-12-31,2026-11-01}");
		assertThat(read(ElementType.TIMESTAMPTZ, "timestamptz", BinaryArray::add,
				Instant.parse("1969-12-31T23:59:59.999999Z"), Instant.parse("2026-11-22T08:00:00.000001Z")))
				.isEqualTo("{\"1969-12-31 23:59:59.999999+00\",\"2026-11-22 08:00:00.000001+00\"}");
	}

	@Test
	void textsWhenReadThenAreTheSameWhateverTheyHold() {
		assertThat(read(ElementType.TEXT, "text", BinaryArray::add, "caf\u00e9 \ud83d\ude00", "", "a\"b\\c,{}", "NULL"))
				.isEqualTo("{\"caf\u00e9 \ud83d\ude00\",\"\",\"a\\\"b\\\\c,{}\",\"NULL\"}");
		assertThat(read(ElementType.TEXT, "text", BinaryArray::add, "a", null, "b")).isEqualTo("{a,NULL,b}");
		assertThat(read(ElementType.JSONB, "jsonb", BinaryArray::addJson,
				"{\"a\": [1, null]}".getBytes(StandardCharsets.UTF_8), null))
				.isEqualTo("{\"{\\\"a\\\": [1, null]}\",NULL}");
	}

	@Test
	void arrayWhenLargerThanExpectedOrEmptyThenIsWhole() {
		String[] many = Stream.generate(() -> "x".repeat(1_000)).limit(500).toArray(String[]::new);
		assertThat(read(ElementType.TEXT, "text", BinaryArray::add, many))
				.isEqualTo("{" + String.join(",", many) + "}");
		assertThat(read(ElementType.TEXT, "text", BinaryArray::add, new String[0])).isEqualTo("{}");
	}

	@ParameterizedTest
	@ValueSource(strings = {"0", "0.00", "1", "-1", "9999", "10000", "10001", "0.1", "0.0001", "0.00001",
		"-0.000000000000000001",
		"123456789012345678.123456789012345678", "-999999999999999999.999999999999999999", "1.50", "100000000", "1E+9",
		"12345678901234567890123456789012345678.000001", "18446744073709551616", "40000.00040000"})
	void decimalWhenReadThenIsTheSameToItsLastDigit(String decimal) {
		BigDecimal value = new BigDecimal(decimal);
		assertThat(read(ElementType.NUMERIC, "numeric", BinaryArray::add, value, BigDecimal.TEN))
				.isEqualTo("{" + value.toPlainString() + ",10}");
	}

	@Test
	void elementWhenOfAnotherTypeThenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BinaryArray(ElementType.UUID, 1).add("text"));
	}

	@SafeVarargs
	private <T> String read(ElementType type, String name, BiConsumer<BinaryArray, T> add, @Nullable T... elements) {
		BinaryArray array = new BinaryArray(type, 1);
		for (T element : elements) {
			add.accept(array, element);
		}
		return this.database.sql("SET LOCAL TIME ZONE 'UTC'")
				.then()
				.then(this.database.sql("SELECT $1::" + name + "[]::text AS text")
						.bind(0, array)
						.map((row) -> String.valueOf(row.get("text", String.class)))
						.one())
				.as(this.transaction::transactional)
				.contextWrite(new Tenant(UUID.randomUUID(), true).bind())
				.blockOptional(LIMIT)
				.orElseThrow();
	}

}
