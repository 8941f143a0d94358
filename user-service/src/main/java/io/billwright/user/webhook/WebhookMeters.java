package io.billwright.user.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import org.springframework.stereotype.Component;

import io.billwright.user.webhook.WebhookQueue.Backlog;
import io.billwright.user.webhook.sending.Answer;

/// What is told of webhooks in metrics; never of whom.
@Component
class WebhookMeters {

	private final MeterRegistry meters;

	private final Clock clock;

	private volatile Backlog backlog = new Backlog(0, null);

	WebhookMeters(MeterRegistry meters, Clock clock) {
		this.meters = meters;
		this.clock = clock;
		Gauge.builder("billwright.webhooks.due", this, (all) -> all.backlog.due())
				.description("Deliveries that are due and not being tried; counted up to 10,000")
				.register(meters);
		TimeGauge.builder("billwright.webhooks.lag", this, TimeUnit.MILLISECONDS, WebhookMeters::lagMillis)
				.description("For how long the first of them has been due")
				.register(meters);
	}

	void attempted(Answer answer, WebhookDelivery.State state) {
		this.meters.timer("billwright.webhooks.attempts", "result", answer.result().code(), "delivery", state.code())
				.record(answer.duration());
	}

	void measured(Backlog measured) {
		this.backlog = measured;
	}

	private double lagMillis() {
		Instant oldest = this.backlog.oldest();
		return (oldest != null) ? Math.max(0, Duration.between(oldest, this.clock.instant()).toMillis()) : 0;
	}

}
