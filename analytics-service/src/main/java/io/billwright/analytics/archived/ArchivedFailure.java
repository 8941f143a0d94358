package io.billwright.analytics.archived;

import java.time.YearMonth;
import java.util.Collection;
import java.util.stream.Collectors;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Something needs single usage events that are not here any more.
public final class ArchivedFailure extends Failure {

	/// @param months of acceptance, some of whose events are needed
	ArchivedFailure(Collection<YearMonth> months) {
		super(Kind.CONFLICT, "usage_archived",
				"""
						This needs single usage events that were accepted in %s and are archived. Figures of whole minutes do not; \
						for the events the operator can restore these months."""
						.formatted(months.stream().map(YearMonth::toString).collect(Collectors.joining(", "))));
	}

}
