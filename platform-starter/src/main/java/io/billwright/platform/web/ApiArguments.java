package io.billwright.platform.web;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.json.StrictJson;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.PageRequest;

/// Resolves the argument types of this package and [PageRequest] for controllers.
final class ApiArguments implements HandlerMethodArgumentResolver {

	private static final MediaType MERGE_PATCH = MediaType.parseMediaType("application/merge-patch+json");

	private static final Pattern ENTITY_TAG = Pattern.compile("\"(\\d{1,18})\"");

	/// A patch is smaller than the largest resource.
	private static final int PATCH_BYTES_LIMIT = 1024 * 1024;

	private final StrictJson json;

	ApiArguments(StrictJson json) {
		this.json = json;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		return (type == PageRequest.class) || (type == ExpectedVersion.class) || (type == MergePatch.class);
	}

	@Override
	public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext binding, ServerWebExchange exchange) {
		Class<?> type = parameter.getParameterType();
		if (type == MergePatch.class) {
			return toMergePatch(exchange);
		}
		return Mono.fromCallable(() -> (type == PageRequest.class) ? toPageRequest(exchange) : toExpected(exchange));
	}

	private Mono<Object> toMergePatch(ServerWebExchange exchange) {
		@Nullable
		MediaType type = exchange.getRequest().getHeaders().getContentType();
		if ((type != null) && !type.isCompatibleWith(MERGE_PATCH)
				&& !type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
			return Mono.error(() -> new UnsupportedMediaTypeStatusException(type,
					List.of(MERGE_PATCH, MediaType.APPLICATION_JSON)));
		}
		return DataBufferUtils.join(exchange.getRequest().getBody(), PATCH_BYTES_LIMIT)
				.map(ApiArguments::toBytes)
				.defaultIfEmpty(new byte[0])
				.map((body) -> new MergePatch(this.json.readObject(body), this.json));
	}

	private static byte[] toBytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static PageRequest toPageRequest(ServerWebExchange exchange) {
		MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
		List<FieldError> errors = new ArrayList<>();
		int limit = toLimit(query.getFirst("limit"), errors);
		@Nullable
		Cursor after = toCursor(query.getFirst("cursor"), errors);
		if (!errors.isEmpty()) {
			throw new Invalid(errors);
		}
		return new PageRequest(limit, after, "total".equals(query.getFirst("include")));
	}

	private static int toLimit(@Nullable String text, List<FieldError> errors) {
		if (text == null) {
			return PageRequest.DEFAULT_LIMIT;
		}
		if (text.matches("[1-9]\\d?|100")) {
			return Integer.parseInt(text);
		}
		errors.add(
				new FieldError("limit", "out_of_range", "must be a whole number from 1 to " + PageRequest.MAX_LIMIT));
		return PageRequest.DEFAULT_LIMIT;
	}

	private static @Nullable Cursor toCursor(@Nullable String text, List<FieldError> errors) {
		if (text == null) {
			return null;
		}
		try {
			return Cursor.parse(text);
		}
		catch (IllegalArgumentException ex) {
			errors.add(new FieldError("cursor", "malformed", "must be the next_cursor of an earlier page"));
			return null;
		}
	}

	private static ExpectedVersion toExpected(ServerWebExchange exchange) {
		@Nullable
		String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.IF_MATCH);
		if ((header == null) || header.equals("*")) {
			return ExpectedVersion.ANY;
		}
		Matcher tag = ENTITY_TAG.matcher(header);
		if (!tag.matches()) {
			throw new Invalid("If-Match", "malformed", "must be one strong entity tag such as \"3\"");
		}
		return new ExpectedVersion(Long.valueOf(tag.group(1)));
	}

}
