package io.billwright.user.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;

/// One entry of an organization's audit trail, as it is sealed.
///
/// @param sequence 1 for the organization's first entry, then without a gap
/// @param actor `usr_...`, `key_...` or the name of a service: a pseudonym, never a name or an address
/// @param originHash in hexadecimal digits as all hashes here: the SHA-256 of the salted client address and user agent, which are kept apart so that they can be
/// forgotten without breaking the chain
record AuditEntry(OrganizationId organization, long sequence, UUID id, Instant occurredAt, String actorKind,
		String actor, Change change, @Nullable String requestId, String originHash) {

	/// What the first entry seals.
	static final String NOTHING = "0".repeat(64);

	/// SHA-256 over the hash of the entry before and this entry's canonical JSON.
	String seal(String previousHash) {
		MessageDigest digest = sha256();
		digest.update(HexFormat.of().parseHex(previousHash));
		return HexFormat.of().formatHex(digest.digest(canonicalJson().getBytes(StandardCharsets.UTF_8)));
	}

	/// The JSON that is sealed: members in the order of their names, no white space, UTF-8, instants in UTC with six
	/// decimals cut to those that are needed.
	String canonicalJson() {
		CanonicalJson json = new CanonicalJson();
		json.member("action", this.change.action());
		json.member("actor", this.actor);
		json.member("actor_kind", this.actorKind);
		json.member("details", this.change.details());
		json.member("id", this.id.toString());
		json.member("occurred_at", this.occurredAt.toString());
		json.member("organization_id", this.organization.text());
		json.member("origin_sha256", this.originHash);
		json.member("request_id", this.requestId);
		json.member("resource", this.change.resource());
		json.member("sequence", this.sequence);
		return json.end();
	}

	static String originHash(String salt, Client client) {
		CanonicalJson json = new CanonicalJson();
		json.member("ip", client.address());
		json.member("salt", salt);
		json.member("user_agent", client.userAgent());
		return HexFormat.of().formatHex(sha256().digest(json.end().getBytes(StandardCharsets.UTF_8)));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// Details as one JSON object.
	static String detailsJson(Map<String, String> details) {
		CanonicalJson json = new CanonicalJson();
		details.forEach(json::member);
		return json.end();
	}

}
