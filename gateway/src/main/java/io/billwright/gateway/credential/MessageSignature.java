package io.billwright.gateway.credential;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.InnerList;
import org.greenbytes.http.sfv.IntegerItem;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// The signature of a request (RFC 9421, HTTP Message Signatures), and what it covers.
final class MessageSignature {

	static final String INPUT_HEADER = "Signature-Input";

	private static final String HEADER = "Signature";

	private final InnerList input;

	private final ByteBuffer bytes;

	/// @param input what is covered and the signature's parameters, as `Signature-Input` has them
	private MessageSignature(InnerList input, ByteBuffer bytes) {
		this.input = input;
		this.bytes = bytes;
	}

	/// Reads the one signature of a request; `null` where there is none that can be read, or more than one.
	static @Nullable MessageSignature of(HttpHeaders headers) {
		try {
			Map<String, ListElement<?>> inputs = dictionary(headers, INPUT_HEADER);
			Map<String, ListElement<?>> signatures = dictionary(headers, HEADER);
			boolean one = inputs.size() == 1 && inputs.keySet().equals(signatures.keySet());
			return (one && inputs.values().iterator().next() instanceof InnerList input
					&& signatures.values().iterator().next() instanceof ByteSequenceItem bytes && isReadable(input))
							? new MessageSignature(input, bytes.get())
							: null;
		}
		catch (ParseException ex) {
			return null;
		}
	}

	/// A header that is a dictionary of structured fields (RFC 8941).
	///
	/// @throws ParseException if it is none
	static Map<String, ListElement<?>> dictionary(HttpHeaders headers, String name) {
		Dictionary dictionary = new Parser(headers.getOrEmpty(name)).parseDictionary();
		return dictionary.get();
	}

	/// The signature itself.
	ByteBuffer bytes() {
		return this.bytes;
	}

	/// The names of what is covered, such as `@method` or `content-digest`.
	Set<String> covered() {
		return this.input.get().stream().map((item) -> (String) item.get()).collect(Collectors.toSet());
	}

	/// The parameter, or `null` where there is none or it is no text.
	@Nullable
	String text(String parameter) {
		return (this.input.getParams().get(parameter) instanceof StringItem text) ? text.get() : null;
	}

	/// The parameter, or `null` where there is none or it is no whole number.
	@Nullable
	Long number(String parameter) {
		return (this.input.getParams().get(parameter) instanceof IntegerItem number) ? number.get() : null;
	}

	/// The text that is signed (section 2.5), or `null` where something is covered that the request does not have.
	///
	/// @param scheme as the client used it
	@Nullable
	String base(ServerHttpRequest request, String scheme) {
		StringBuilder base = new StringBuilder();
		for (Item<?> item : this.input.get()) {
			String value = value(String.valueOf(item.get()), request, scheme);
			if (value == null) {
				return null;
			}
			base.append(item.serialize()).append(": ").append(value).append('\n');
		}
		return base.append("\"@signature-params\": ").append(this.input.serialize()).toString();
	}

	/// Names of components without parameters, each at most once (section 2.5, rule 2.1).
	private static boolean isReadable(InnerList input) {
		Set<Object> names = new HashSet<>();
		return input.get()
				.stream()
				.allMatch((item) -> item instanceof StringItem && item.getParams().isEmpty() && names.add(item.get()));
	}

	private static @Nullable String value(String name, ServerHttpRequest request, String scheme) {
		String query = request.getURI().getRawQuery();
		return switch (name) {
			case "@method" -> request.getMethod().name();
			case "@authority" -> authority(request, scheme);
			case "@scheme" -> scheme;
			case "@path" -> request.getURI().getRawPath();
			case "@query" -> '?' + ((query != null) ? query : "");
			case "@request-target" -> target(request, query);
			case "@target-uri" -> scheme + "://" + authority(request, scheme) + target(request, query);
			default -> field(request.getHeaders().getOrEmpty(name));
		};
	}

	private static String target(ServerHttpRequest request, @Nullable String query) {
		return request.getURI().getRawPath() + ((query != null) ? '?' + query : "");
	}

	/// In lower case and without the scheme's own port (section 2.2.3).
	private static String authority(ServerHttpRequest request, String scheme) {
		String host = String.valueOf(request.getHeaders().getFirst(HttpHeaders.HOST)).toLowerCase(Locale.ROOT);
		String port = "https".equals(scheme) ? ":443" : ":80";
		return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
	}

	/// Section 2.1.
	private static @Nullable String field(List<String> values) {
		return values.isEmpty() ? null : values.stream().map(String::strip).collect(Collectors.joining(", "));
	}

}
