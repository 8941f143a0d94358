package io.billwright.user.webhook;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// Where an organization wants to hear of events, in one mode.
///
/// @param disabled why nothing is sent there; `null` while it is enabled
record WebhookEndpoint(WebhookEndpointId id, long version, Terms terms, @Nullable Disabled disabled, Instant createdAt,
		Instant updatedAt) {

	static WebhookEndpoint create(Terms terms, Instant now) {
		return new WebhookEndpoint(WebhookEndpointId.next(), 1, terms, null, now, now);
	}

	WebhookEndpoint change(Terms newTerms, boolean enabled, Instant now) {
		Disabled reason = (this.disabled != null) ? this.disabled : Disabled.BY_HAND;
		return new WebhookEndpoint(this.id, this.version, newTerms, enabled ? null : reason, this.createdAt, now);
	}

	boolean enabled() {
		return this.disabled == null;
	}

	/// @param eventTypes exact types such as `invoice.paid`, all of a kind such as `invoice.*`, or `*`
	record Terms(URI url, @Nullable String description, List<String> eventTypes) {

		Terms {
			eventTypes = List.copyOf(eventTypes);
		}

	}

	/// Why nothing is sent there.
	enum Disabled {

		/// Somebody of the organization wants it so.
		BY_HAND,
		/// It has answered 410.
		GONE,
		/// For days nothing has got through.
		FAILING;

		/// The name on the wire and in the database.
		String code() {
			return name().toLowerCase(Locale.ROOT);
		}

		static Disabled of(String code) {
			return valueOf(code.toUpperCase(Locale.ROOT));
		}

	}

}
