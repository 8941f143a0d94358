package io.billwright.platform.openapi;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.http.HttpStatus;

import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.problem.Problem;

/// The parts of the description that are the same for every service: how to authenticate, how failures look, which
/// parameters recur, and how operations are named: `<tag>_<handler>`, where the tag is the path's first word.
final class ApiDocument implements GlobalOpenApiCustomizer {

	private static final String BASE = "/api/v1/";

	private static final List<HttpStatus> FAILURES = List.of(HttpStatus.BAD_REQUEST, HttpStatus.UNAUTHORIZED,
			HttpStatus.FORBIDDEN, HttpStatus.NOT_FOUND, HttpStatus.CONFLICT, HttpStatus.PRECONDITION_FAILED,
			HttpStatus.UNPROCESSABLE_CONTENT, HttpStatus.TOO_MANY_REQUESTS, HttpStatus.INTERNAL_SERVER_ERROR,
			HttpStatus.SERVICE_UNAVAILABLE);

	private final String title;

	ApiDocument(String title) {
		this.title = title;
	}

	@Override
	public void customise(OpenAPI api) {
		api.setInfo(new Info().title(this.title)
				.version("v1")
				.description(
						"Part of the Billwright API. Unknown request fields are refused; ignore unknown answer fields.")
				.license(new License().name("Apache-2.0").identifier("Apache-2.0")));
		api.setServers(List.of(new Server().url("/")));
		Components components = (api.getComponents() != null) ? api.getComponents() : new Components();
		api.setComponents(components);
		addCredentials(api, components);
		addParameters(components);
		addFailures(components);
		nameOperations(api);
	}

	private static void addCredentials(OpenAPI api, Components components) {
		components.addSecuritySchemes("session", new SecurityScheme().type(SecurityScheme.Type.APIKEY)
				.in(SecurityScheme.In.COOKIE)
				.name("__Host-billwright_session")
				.description("Single-page apps; unsafe methods also need X-CSRF-Token"));
		components.addSecuritySchemes("bearer", new SecurityScheme().type(SecurityScheme.Type.HTTP)
				.scheme("bearer")
				.description("An access token, or an API key: bw_live_... or bw_test_..."));
		api.setSecurity(
				List.of(new SecurityRequirement().addList("session"), new SecurityRequirement().addList("bearer")));
	}

	private static void addParameters(Components components) {
		Schema<Object> limit = ApiTypes.typed("integer");
		limit.setMinimum(java.math.BigDecimal.ONE);
		limit.setMaximum(java.math.BigDecimal.valueOf(PageRequest.MAX_LIMIT));
		limit.setDefault(PageRequest.DEFAULT_LIMIT);
		components.addParameters("limit", parameter("query", "limit", "Rows of a page").schema(limit))
				.addParameters("cursor", parameter("query", "cursor", "The next_cursor of an earlier page")
						.schema(ApiTypes.string(null, null)))
				.addParameters("include", parameter("query", "include", "`total` counts all rows")
						.schema(ApiTypes.string(null, "total")))
				.addParameters("if_match",
						parameter("header", "If-Match", "The ETag that the write expects; 412 on another")
								.schema(ApiTypes.string(null, "\"3\"")))
				.addParameters("idempotency_key", parameter("header", "Idempotency-Key",
						"Repeating a request with the same key and body replays the first answer")
						.schema(ApiTypes.string(null, "8e03978e-40d5-43dd-bc93-6894a57f9324")));
	}

	private static Parameter parameter(String in, String name, String description) {
		return new Parameter().in(in).name(name).description(description).required(false);
	}

	private static void addFailures(Components components) {
		ModelConverters.getInstance(true)
				.resolveAsResolvedSchema(new AnnotatedType(Problem.class)).referencedSchemas
				.forEach(components::addSchemas);
		for (HttpStatus status : FAILURES) {
			components.addResponses(status.name().toLowerCase(Locale.ROOT), failure(status));
		}
	}

	private static ApiResponse failure(HttpStatus status) {
		ApiResponse response = new ApiResponse().description(status.getReasonPhrase())
				.content(new Content().addMediaType("application/problem+json",
						new MediaType().schema(ApiTypes.reference("Problem"))));
		if ((status == HttpStatus.TOO_MANY_REQUESTS) || (status == HttpStatus.SERVICE_UNAVAILABLE)) {
			response.addHeaderObject("Retry-After",
					new Header().description("Seconds to wait").schema(ApiTypes.typed("integer")));
		}
		return response;
	}

	private static void nameOperations(OpenAPI api) {
		Map<String, Tag> tags = new TreeMap<>();
		Set<String> taken = new HashSet<>();
		if (api.getPaths() == null) {
			return;
		}
		new TreeMap<>(api.getPaths()).forEach((path, item) -> item.readOperationsMap().forEach((method, operation) -> {
			String tag = tag(path);
			tags.computeIfAbsent(tag, (name) -> new Tag().name(name).description("`" + BASE + name + "` and below"));
			name(operation, tag, method, path, taken);
		}));
		api.setTags(List.copyOf(tags.values()));
	}

	private static String tag(String path) {
		String rest = path.startsWith(BASE) ? path.substring(BASE.length()) : path.substring(1);
		String first = rest.split("/", 2)[0];
		return first.startsWith(".") ? "auth" : first;
	}

	private static void name(Operation operation, String tag, PathItem.HttpMethod method, String path,
			Set<String> taken) {
		if (operation.getSummary() == null) {
			operation.setSummary(ApiWords.sentence(operation.getOperationId()) + " (" + ApiWords.sentence(tag) + ")");
		}
		String id = ApiWords.snake(tag) + '_' + ApiWords.snake(operation.getOperationId());
		if (!taken.add(id)) {
			id = ApiWords.snake(method.name() + path.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", ""));
			taken.add(id);
		}
		operation.setOperationId(id);
		operation.setTags(List.of(tag));
	}

}
