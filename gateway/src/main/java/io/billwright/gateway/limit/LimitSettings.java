package io.billwright.gateway.limit;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.HttpMethod;

import io.billwright.platform.quota.Quota;

/// How much may be asked. A limit is written `100/hour`, `10/s, 1000/h` or `6000/min burst 1000`.
///
/// @param principal of each user and API key
/// @param address of each client address, for requests that do not yet show a credential known to be valid
/// @param organization of each organization whose plan is not among the plans, or not known; without a rate limit where
/// none is given
/// @param plans of each organization on a plan, by the plan's name
/// @param paths further limits for single paths, by name; the first that fits a request counts
/// @param inFlight requests that are served at the same time before organizations are held to their share
/// @param localKeys for how many callers this process keeps leases
@ConfigurationProperties("billwright.gateway.limits")
public record LimitSettings(Allowance principal, Allowance address, @DefaultValue Allowance organization,
		@DefaultValue Map<String, Allowance> plans, @DefaultValue Map<String, PathLimit> paths,
		@DefaultValue("4000") int inFlight, @DefaultValue("50000") int localKeys) {

	public LimitSettings {
		if (inFlight < 1 || localKeys < 1) {
			throw new IllegalArgumentException(
					"billwright.gateway.limits: in-flight and local-keys must be at least 1");
		}
	}

	/// What somebody may do. A text alone is its rate limit.
	///
	/// @param rateLimit no limit where it is not given
	/// @param inFlight requests at the same time, over all instances; no limit where it is not given
	/// @param weight of an organization's share while the instance is full, 1 where it is not given
	/// @param dryRun whether the rate limit is only tried out
	public record Allowance(@Nullable Quota rateLimit, @Nullable Integer inFlight, @Nullable Integer weight,
			@DefaultValue("false") boolean dryRun) {

		public Allowance {
			if ((inFlight != null && inFlight < 1) || (weight != null && (weight < 1 || weight > 1000))) {
				throw new IllegalArgumentException("in-flight must be at least 1, a weight 1 to 1000");
			}
		}

		/// One with a rate limit alone.
		public static Allowance of(String rateLimit) {
			return new Allowance(Quota.of(rateLimit), null, null, false);
		}

	}

	/// A limit of its own for one path.
	///
	/// @param path a path pattern
	/// @param method only this method, or every method when not given
	/// @param per whom it is counted for
	/// @param rateLimit none where the path only has a cost of its own
	/// @param cost tokens that a request takes, of this limit and of its caller's others
	/// @param dryRun whether the limit is only tried out
	public record PathLimit(String path, @Nullable HttpMethod method, @DefaultValue("address") Per per,
			@Nullable Quota rateLimit, @DefaultValue("1") Cost cost, @DefaultValue("false") boolean dryRun) {

	}

	/// Whom a limit is counted for.
	public enum Per {

		/// Where the request comes from, whoever makes it.
		ADDRESS,
		/// The user or API key, or the address of one who is nobody yet.
		CALLER,
		/// The organization, or the address of one who has none.
		ORGANIZATION

	}

	/// Tokens that a request takes: `10`, or `1..1000` where the service says afterwards how many it was, in
	/// `X-Billwright-Cost`. The first number is taken before the request is served and the rest when it has been; if the
	/// client leaves before the service has answered, it pays the second.
	///
	/// @param least taken in advance, at least 1
	/// @param most taken in all
	public record Cost(int least, int most) {

		static final Cost ONE = new Cost(1, 1);

		public Cost {
			if (least < 1 || most < least) {
				throw new IllegalArgumentException("a cost is a number of at least 1, or a range such as 1..1000");
			}
		}

		/// Reads a cost.
		///
		/// @throws IllegalArgumentException where it is neither a number nor a range
		public static Cost of(String text) {
			String[] bounds = text.strip().split("\\.\\.", 2);
			int least = Integer.parseInt(bounds[0]);
			return new Cost(least, (bounds.length == 1) ? least : Integer.parseInt(bounds[1]));
		}

		/// A fixed cost, as YAML reads a bare number.
		public static Cost of(Integer fixed) {
			return new Cost(fixed, fixed);
		}

		/// What is still to be paid.
		///
		/// @param told by the service; empty or unreadable counts as the least
		int rest(String told) {
			return told.matches("\\d{1,9}")
					? Math.clamp(Integer.parseInt(told), this.least, this.most) - this.least
					: 0;
		}

		int restUnanswered() {
			return this.most - this.least;
		}

	}

}
