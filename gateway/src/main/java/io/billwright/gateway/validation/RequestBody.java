package io.billwright.gateway.validation;

import java.util.List;

import com.networknt.schema.Schema;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.failure.FieldError;

/// What an operation takes.
final class RequestBody {

	/// Services read one line of JSON like any JSON.
	private static final MediaType LINES = MediaType.APPLICATION_NDJSON;

	private final List<MediaType> types;

	private final @Nullable Schema schema;

	private final Schemas schemas;

	/// @param types of which media types
	/// @param schema of JSON; `null` where nothing can be said of it
	/// @param schemas to which it belongs
	RequestBody(List<MediaType> types, @Nullable Schema schema, Schemas schemas) {
		this.types = types;
		this.schema = schema;
		this.schemas = schemas;
	}

	/// Refuses a media type that the service cannot read. None at all, or one without form, is for the service to judge.
	void requireType(HttpHeaders headers) {
		MediaType type = type(headers);
		if (type != null && !isJson(type) && !LINES.equalsTypeAndSubtype(type)
				&& this.types.stream().noneMatch(type::isCompatibleWith)) {
			throw new UnsupportedMediaTypeStatusException(type, this.types);
		}
	}

	/// Whether the body can be read here: JSON of a length that is known and not too long.
	boolean isReadable(HttpHeaders headers, long limit) {
		MediaType type = type(headers);
		long length = headers.getContentLength();
		return this.schema != null && type != null && isJson(type) && length > 0 && length <= limit
				&& !headers.containsHeader(HttpHeaders.CONTENT_ENCODING);
	}

	/// What is wrong with it.
	List<FieldError> problems(JsonNode body) {
		return (this.schema != null) ? BodyProblems.of(body, this.schema, this.schemas) : List.of();
	}

	/// Services read them all alike.
	static boolean isJson(MediaType type) {
		return "application".equals(type.getType())
				&& (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json"));
	}

	private static @Nullable MediaType type(HttpHeaders headers) {
		try {
			return headers.getContentType();
		}
		catch (InvalidMediaTypeException ex) {
			return null;
		}
	}

}
