package io.billwright.gateway.credential;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.accounts.Accounts;
import io.billwright.gateway.accounts.IntrospectionView;
import io.billwright.gateway.accounts.SigningView;
import io.billwright.gateway.passport.Mode;
import io.billwright.gateway.passport.Principal;
import io.billwright.platform.identity.CallerKind;

/// API keys: `bw_live_` or `bw_test_`, of publishable keys `bw_pub_live_` or `bw_pub_test_`, 43 random characters, 6 of checksum. A mistyped or invented key is refused here;
/// the others are asked of user-service by hash, so the key itself goes no further than this class.
@Component
class ApiKeys {

	private static final Pattern FORM = Pattern.compile("bw_(?:pub_)?(?:live|test)_[0-9A-Za-z]{49}");

	private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private static final int CHECKSUM_LENGTH = 6;

	private final Accounts accounts;

	ApiKeys(Accounts accounts) {
		this.accounts = accounts;
	}

	Mono<Verdict> check(Credential.ApiKey credential) {
		if (!isWellFormed(credential.key())) {
			return Mono.just(Verdict.REFUSED);
		}
		return this.accounts.introspect(credential.hash()).map(ApiKeys::toVerdict);
	}

	static boolean isWellFormed(String key) {
		return FORM.matcher(key).matches()
				&& key.endsWith(checksum(key.substring(0, key.length() - CHECKSUM_LENGTH)));
	}

	/// CRC-32 of everything before it, in base 62, padded with zeros on the left.
	static String checksum(String text) {
		CRC32 crc = new CRC32();
		crc.update(text.getBytes(StandardCharsets.US_ASCII));
		char[] digits = new char[CHECKSUM_LENGTH];
		long rest = crc.getValue();
		for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
			digits[i] = BASE62.charAt((int) (rest % BASE62.length()));
			rest /= BASE62.length();
		}
		return new String(digits);
	}

	static Verdict toVerdict(SigningView found) {
		return toVerdict(found.key()).signedWith(found.secrets().stream().map(SigningKey::of).toList());
	}

	private static Verdict toVerdict(IntrospectionView found) {
		if (!found.active()) {
			return Verdict.REFUSED;
		}
		boolean operator = "operator".equals(found.kind());
		Principal principal = new Principal(operator ? CallerKind.OPERATOR : CallerKind.API_KEY,
				Objects.requireNonNull(found.keyId()),
				operator ? null : Objects.requireNonNull(found.organizationId()),
				"test".equals(found.mode()) ? Mode.TEST : Mode.LIVE, Objects.requireNonNullElse(found.scope(), ""),
				null, null);
		Instant until = Objects.requireNonNullElse(found.expiresAt(), Instant.MAX);
		return "publishable".equals(found.kind())
				? Verdict.published(principal, Objects.requireNonNullElse(found.allowedOrigins(), List.of()), until)
				: Verdict.accepted(principal, until);
	}

}
