package io.billwright.user.session;

import java.time.Duration;
import java.util.Map;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Public;

/// Publishes the keys that verify access tokens (RFC 7517).
@RestController
class JwksController {

	private static final Duration FRESH = Duration.ofMinutes(5);

	private final SigningKeys keys;

	JwksController(SigningKeys keys) {
		this.keys = keys;
	}

	@Public
	@GetMapping("/.well-known/jwks.json")
	@Operation(summary = "Get the keys that verify access tokens", description = "A JSON Web Key Set (RFC 7517).")
	Mono<ResponseEntity<Map<String, Object>>> getSigningKeys() {
		return Mono.just(ResponseEntity.ok()
				.cacheControl(CacheControl.maxAge(FRESH).cachePublic())
				.body(this.keys.published().toJSONObject(true)));
	}

}
