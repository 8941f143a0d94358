package io.billwright.analytics.correction;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// How far corrections reach.
///
/// @param window how long after its acceptance an event can be corrected, and how far back its timestamp can be moved;
/// default 400 days. Every month of it costs a correction one look into an index
/// @param backfillEvents that a backfill has, and that it replaces, at the most; default 50,000. Counting on the shard waits
/// while they are replaced
/// @param drafts of backfills that an organization has on a shard at the most, in each mode; default 10
/// @param draftLife after which a draft is forgotten, default 7 days
@ConfigurationProperties("billwright.usage.corrections")
record CorrectionSettings(@DefaultValue("400d") Duration window, @DefaultValue("50000") int backfillEvents,
		@DefaultValue("10") int drafts, @DefaultValue("7d") Duration draftLife) {

	CorrectionSettings {
		Assert.isTrue(window.toDays() >= 35, "billwright.usage.corrections.window must be at least 35 days");
		Assert.isTrue(backfillEvents > 0 && drafts > 0 && draftLife.isPositive(),
				"billwright.usage.corrections: backfill-events, drafts and draft-life must be positive");
	}

}
