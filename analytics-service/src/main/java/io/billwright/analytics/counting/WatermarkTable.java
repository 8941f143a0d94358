package io.billwright.analytics.counting;

import java.time.Instant;

import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// The row that orders counting and everything that changes what is counted; see `rollup_watermark`.
public final class WatermarkTable {

	private static final String HOLD = "SELECT watermark, meters_version, placements_version FROM rollup_watermark FOR ";

	private WatermarkTable() {
	}

	/// Held until the transaction ends, together with others who count.
	public static Mono<Watermark> share(Shard shard) {
		return hold(shard, "SHARE");
	}

	/// Held until the transaction ends, alone.
	public static Mono<Watermark> take(Shard shard) {
		return hold(shard, "UPDATE");
	}

	private static Mono<Watermark> hold(Shard shard, String strength) {
		return Mono.defer(() -> shard.client()
				.sql(HOLD + strength)
				.map((row) -> new Watermark(required(row, "watermark", Instant.class),
						required(row, "meters_version", Long.class), required(row, "placements_version", Long.class)))
				.one());
	}

}
