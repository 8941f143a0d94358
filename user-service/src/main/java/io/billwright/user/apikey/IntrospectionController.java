package io.billwright.user.apikey;

import java.time.Instant;
import java.util.HexFormat;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.ServiceOnly;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.system.SystemTransaction;

/// Answers the gateway, which knows the hash of an API key and not whose it is.
@RestController
class IntrospectionController {

	private final ApiKeys keys;

	private final SystemTransaction transaction;

	IntrospectionController(ApiKeys keys, SystemTransaction transaction) {
		this.keys = keys;
		this.transaction = transaction;
	}

	@ServiceOnly
	@PostMapping("/internal/credentials/introspect")
	Mono<IntrospectionView> introspect(@RequestBody IntrospectionRequest request) {
		return this.keys.use(HexFormat.of().parseHex(request.apiKeySha256()))
				.map(IntrospectionView::of)
				.defaultIfEmpty(IntrospectionView.INACTIVE)
				.as(this.transaction::transactional);
	}

	/// @param apiKeySha256 the SHA-256 of the key, in lower-case hexadecimal digits
	record IntrospectionRequest(
			@NotNull @Pattern(regexp = "[0-9a-f]{64}") String apiKeySha256) {}

	/// @param scope permissions, separated by spaces
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record IntrospectionView(boolean active, @Nullable ApiKeyId keyId, @Nullable OrganizationId organizationId,
			@Nullable String mode, @Nullable String scope, @Nullable Instant expiresAt) {

		static final IntrospectionView INACTIVE = new IntrospectionView(false, null, null, null, null, null);

		static IntrospectionView of(ApiKeys.Found found) {
			ApiKey key = found.key();
			return new IntrospectionView(true, key.id(), found.organization(), key.live() ? "live" : "test",
					String.join(" ", key.scopes()), key.expiresAt());
		}

	}

}
