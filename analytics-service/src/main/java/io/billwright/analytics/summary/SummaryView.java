package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.usage.Aggregation;

/// Figures as the API shows them.
///
/// @param customerId `null` where they are of all customers
/// @param timeZone whose days and months they follow
/// @param end not included
/// @param asOf every event that was accepted before this moment is counted; `null` where that is not known yet
/// @param complete false while a meter still counts events from before it was made
record SummaryView(@Nullable CustomerId customerId, @Nullable String externalId, String timeZone, Instant start,
		Instant end, @Nullable Granularity granularity, List<SeriesView> data, @Nullable Instant asOf,
		boolean complete) {

	static SummaryView of(@Nullable Customer customer, Period period, Answer answer) {
		return new SummaryView((customer != null) ? customer.id() : null,
				(customer != null) ? customer.externalId() : null, period.zone().getId(), period.whole().start(),
				period.whole().end(), period.granularity(),
				answer.series()
						.stream()
						.map((series) -> SeriesView.of(series, period.granularity() != null))
						.toList(),
				answer.state().asOf(), answer.state().complete());
	}

	/// The figures of one meter and group.
	///
	/// @param metric the meter's slug
	/// @param version of the meter
	/// @param value `null` where there is none, as the largest of no events
	/// @param events how many it is made of
	/// @param buckets `null` where no granularity was asked for
	record SeriesView(MeterId meterId, String metric, long version, Aggregation aggregation, @Nullable String unit,
			Map<String, @Nullable String> group, @Nullable BigDecimal value, long events,
			@Nullable List<PointView> buckets) {

		static SeriesView of(Series series, boolean withBuckets) {
			Meter meter = series.meter();
			Meter.Details details = meter.details();
			return new SeriesView(meter.id(), details.slug(), meter.version(), details.counting().aggregation(),
					details.unit(), series.group(), series.told(series.whole()), series.whole().measure().count(),
					withBuckets
							? series.buckets().stream().map((figure) -> PointView.of(series, figure)).toList()
							: null);
		}

	}

	/// The figure of one bucket.
	record PointView(Instant start, Instant end, @Nullable BigDecimal value, long events) {

		static PointView of(Series series, Figure figure) {
			return new PointView(figure.span().start(), figure.span().end(), series.told(figure),
					figure.measure().count());
		}

	}

}
