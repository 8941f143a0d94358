package io.billwright.analytics.reporting;

/// What makes a customer a top customer.
enum Ranking {

	REVENUE, OUTSTANDING

}
