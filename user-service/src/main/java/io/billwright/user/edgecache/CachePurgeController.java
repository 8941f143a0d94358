package io.billwright.user.edgecache;

import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.identity.OperatorOnly;
import io.billwright.platform.ids.OrganizationId;

/// Publishes purges to the gateways.
@RestController
@RequestMapping("/api/v1/admin/cache-purges")
class CachePurgeController {

	/// The Redis channel on which gateways hear what to forget.
	private static final String CHANNEL = "edge-cache.purged";

	private static final String EVERYBODY = "*";

	private static final int TAGS_MAX = 64;

	private static final Duration AGAIN = Duration.ofSeconds(5);

	private final ReactiveStringRedisTemplate redis;

	CachePurgeController(ReactiveStringRedisTemplate redis) {
		this.redis = redis;
	}

	@PostMapping
	@OperatorOnly
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Purge what the gateways keep", description = """
			By tag: one that a service gives its answers, `path:/api/v1/...` for everything at a path, or `*` for everything. \
			Gateways forget within a second.""")
	Mono<Void> purgeCache(@RequestBody PurgeRequest request) {
		OrganizationId organization = request.organizationId();
		String whose = (organization != null) ? organization.text() : EVERYBODY;
		return this.redis.convertAndSend(CHANNEL, whose + ' ' + String.join(" ", request.tags()))
				.onErrorMap((away) -> new Unavailable("service_unavailable",
						"The gateways cannot be told at the moment. Try again.", AGAIN, away))
				.then();
	}

	/// @param organizationId whose answers are meant; everybody's where it is left out
	/// @param tags what they bear
	record PurgeRequest(@Nullable OrganizationId organizationId,
			@NotEmpty @Size(max = TAGS_MAX) List<@NotNull @Pattern(regexp = "[!-+\\--~]{1,128}") String> tags) {}

}
