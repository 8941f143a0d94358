package io.billwright.gateway.validation;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.validation.Expectations;

/// A query parameter whose value can be refused in the words in which its service would refuse it. Values are converted
/// as services convert them, which take more than the document says: `+5` is a number and `yes` is true.
final class QueryParameter {

	private static final ConversionService CONVERSIONS = new DefaultFormattingConversionService();

	private final String name;

	private final boolean required;

	private final boolean several;

	private final @Nullable Form form;

	/// @param several whether it is a list, in one value with commas or in several
	/// @param form what is expected of each value
	private QueryParameter(String name, boolean required, boolean several, @Nullable Form form) {
		this.name = name;
		this.required = required;
		this.several = several;
		this.form = form;
	}

	/// One that a document describes; `null` where nothing of it can be checked.
	static @Nullable QueryParameter of(JsonNode parameter) {
		boolean several = "array".equals(parameter.at("/schema/type").asString(""));
		Form form = Form.of(parameter.at(several ? "/schema/items" : "/schema"));
		boolean required = parameter.path("required").asBoolean(false);
		return (form != null || required)
				? new QueryParameter(parameter.path("name").asString(), required, several, form)
				: null;
	}

	String name() {
		return this.name;
	}

	/// What is wrong with its values, or `null`. Empty ones, and several of what is one, are left to the service.
	@Nullable
	FieldError problem(List<String> values) {
		if (values.isEmpty()) {
			return this.required ? new FieldError(this.name, "required", "must be given as a query parameter") : null;
		}
		Form expected = this.form;
		if (expected == null || (values.size() > 1 && !this.several)) {
			return null;
		}
		return (this.several && values.size() == 1
				? Stream.of(StringUtils.commaDelimitedListToStringArray(
						values.getFirst())).map(String::strip)
				: values.stream())
				.filter((value) -> !value.trim().isEmpty() && !expected.allows(value))
				.findFirst()
				.map((wrong) -> new FieldError(this.name, expected.code(), expected.words()))
				.orElse(null);
	}

	/// What is expected of a value.
	sealed interface Form {

		boolean allows(String text);

		/// What is told where it is not.
		String words();

		/// The code of that.
		default String code() {
			return "malformed";
		}

		static @Nullable Form of(JsonNode schema) {
			String format = schema.path("format").asString("");
			String pattern = schema.path("pattern").asString("");
			return switch (schema.path("type").asString("")) {
				case "integer" -> format.isEmpty() && schema.has("minimum") && schema.has("maximum")
						? new Range(schema.path("minimum").asLong(), schema.path("maximum").asLong())
						: new Type("int32".equals(format) ? Integer.class : Long.class);
				case "boolean" -> new Type(Boolean.class);
				case "string" -> Words.isId(pattern)
						? new Id(Pattern.compile(pattern), Words.ofId(pattern))
						: Words.isDecimal(pattern)
								? new Type(BigDecimal.class)
								: "date".equals(format)
										? new Type(LocalDate.class)
										: "date-time".equals(format)
												? new Type(Instant.class)
												: OneOf.of(schema.path("enum"));
				default -> null;
			};
		}

	}

	/// Whatever becomes a value of a type.
	private record Type(Class<?> type) implements Form {

		@Override
		public boolean allows(String text) {
			try {
				CONVERSIONS.convert(text, this.type);
				return true;
			}
			catch (ConversionException ex) {
				return false;
			}
		}

		@Override
		public String words() {
			return Expectations.of(this.type, "");
		}

	}

	/// A whole number with a least and a most, which is told at once as of the size of a page. Of other parameters the type
	/// is told first.
	private record Range(long least, long most) implements Form {

		@Override
		public boolean allows(String text) {
			try {
				long number = Long.parseLong(text.strip());
				return number >= this.least && number <= this.most;
			}
			catch (NumberFormatException ex) {
				return false;
			}
		}

		@Override
		public String words() {
			return "must be a whole number from %d to %d".formatted(this.least, this.most);
		}

		@Override
		public String code() {
			return "out_of_range";
		}

	}

	/// An id.
	private record Id(Pattern form, String words) implements Form {

		@Override
		public boolean allows(String text) {
			return this.form.matcher(text).find();
		}

	}

	/// One of some words. Enums are read in lower case; where nothing else is, also as they are written in Java.
	private record OneOf(List<String> values) implements Form {

		/// Names that may have a minus before them are orders, which are told in other words.
		static @Nullable Form of(JsonNode values) {
			List<String> words = values.valueStream().map((word) -> word.asString("")).toList();
			return words.isEmpty() || words.stream().anyMatch((word) -> !word.equals(word.toLowerCase(Locale.ROOT))
					|| word.startsWith("-")) ? null : new OneOf(words);
		}

		@Override
		public boolean allows(String text) {
			return this.values.contains(text.trim().toLowerCase(Locale.ROOT));
		}

		@Override
		public String words() {
			return Words.ofEnum(this.values);
		}

	}

}
