package io.billwright.search.indexing;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How the index is rebuilt.
///
/// @param progressInterval how often a rebuild reports that it is alive, default 5 s
/// @param staleAfter after which silence another rebuild may take its place, default 1 minute
@ConfigurationProperties("search.rebuild")
record RebuildSettings(@DefaultValue("5s") Duration progressInterval, @DefaultValue("1m") Duration staleAfter) {

	RebuildSettings {
		if (staleAfter.compareTo(progressInterval.multipliedBy(3)) < 0) {
			throw new IllegalArgumentException(
					"search.rebuild.stale-after must be at least three times search.rebuild.progress-interval");
		}
	}

}
