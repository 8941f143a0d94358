package io.billwright.gateway.openapi;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// `GET /api/v1/openapi.json`, `/docs`, a page that renders it, and `/docs/errors`, where the `type` of a problem points.
/// Everything the pages need is shipped and held in memory (2 MB): a browser asks nobody else, and no event loop reads a
/// file.
@Configuration(proxyBeanMethods = false)
class DocumentationPages {

	/// The renderer sets style attributes; scripts come from files only.
	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
			+ "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
			+ "frame-ancestors 'none'";

	private static final String RENDERER = "classpath*:META-INF/resources/webjars/swagger-ui/*/";

	private static final MediaType PAGE = MediaType.parseMediaType("text/html;charset=UTF-8");

	private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=UTF-8");

	private static final MediaType STYLE = MediaType.parseMediaType("text/css;charset=UTF-8");

	@Bean
	RouterFunction<ServerResponse> documentation(ApiDescription description) throws IOException {
		return RouterFunctions.route()
				.GET("/api/v1/openapi.json", (request) -> description.document().flatMap(DocumentationPages::document))
				.GET("/docs/", (request) -> ServerResponse.permanentRedirect(URI.create("/docs")).build())
				.add(file("/docs", PAGE, own("index.html")))
				.add(file("/docs/errors", PAGE, ErrorReference.page(own("errors.html"), own("errors.md"))))
				.add(file("/docs/docs.js", SCRIPT, own("docs.js")))
				.add(file("/docs/docs.css", STYLE, own("docs.css")))
				.add(file("/docs/swagger-ui-bundle.js", SCRIPT, renderer("swagger-ui-bundle.js")))
				.add(file("/docs/swagger-ui.css", STYLE, renderer("swagger-ui.css")))
				.build();
	}

	private static Mono<ServerResponse> document(ApiDescription.Description description) {
		return ServerResponse.ok()
				.contentType(MediaType.APPLICATION_JSON)
				.cacheControl(description.complete()
						? CacheControl.maxAge(Duration.ofMinutes(1)).cachePublic()
						: CacheControl.noStore())
				.bodyValue(description.json());
	}

	private static RouterFunction<ServerResponse> file(String path, MediaType type, byte[] content) {
		return RouterFunctions.route()
				.GET(path, (request) -> ServerResponse.ok()
						.contentType(type)
						.cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
						.header("Content-Security-Policy", POLICY)
						.bodyValue(content))
				.build();
	}

	private static byte[] own(String name) throws IOException {
		return new ClassPathResource("docs/" + name).getContentAsByteArray();
	}

	private static byte[] renderer(String name) throws IOException {
		Resource[] found = new PathMatchingResourcePatternResolver().getResources(RENDERER + name);
		if (found.length != 1) {
			throw new IllegalStateException(
					"%s of the renderer is there %d times, not once".formatted(name, found.length));
		}
		return found[0].getContentAsByteArray();
	}

}
