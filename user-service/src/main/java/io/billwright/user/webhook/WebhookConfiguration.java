package io.billwright.user.webhook;

import java.time.Duration;

import io.r2dbc.pool.ConnectionPool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

import io.billwright.contracts.Topics;
import io.billwright.platform.messaging.Backoff;
import io.billwright.platform.messaging.CommitListener;
import io.billwright.platform.messaging.Subscription;
import io.billwright.user.system.Recurring;

/// What runs by itself: reading the topics, listening for new deliveries, purging.
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

	@Bean
	Subscription<JsonNode> customerWebhooks(QueueEvents queue) {
		return webhooks(Topics.CUSTOMERS, queue);
	}

	@Bean
	Subscription<JsonNode> invoiceWebhooks(QueueEvents queue) {
		return webhooks(Topics.INVOICES, queue);
	}

	@Bean
	Subscription<JsonNode> paymentWebhooks(QueueEvents queue) {
		return webhooks(Topics.PAYMENTS, queue);
	}

	@Bean
	Subscription<JsonNode> priceWebhooks(QueueEvents queue) {
		return webhooks(Topics.PRICES, queue);
	}

	@Bean
	Subscription<JsonNode> productWebhooks(QueueEvents queue) {
		return webhooks(Topics.PRODUCTS, queue);
	}

	@Bean
	Subscription<JsonNode> usageLevelWebhooks(QueueEvents queue) {
		return webhooks(Topics.USAGE_LEVELS, queue);
	}

	@Bean
	CommitListener webhookListener(ConnectionPool pool) {
		return new CommitListener(pool, new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10)),
				WebhookDeliveries.CHANNEL);
	}

	@Bean
	Recurring webhookPurge(WebhookQueue queue, WebhookSettings settings) {
		return new Recurring("Purging webhooks", settings.purge(), queue.purge());
	}

	/// The data goes on as it is, whatever fields it has.
	private static Subscription<JsonNode> webhooks(String topic, QueueEvents queue) {
		return Subscription.of(topic, JsonNode.class, queue::queue).named("webhooks." + topic);
	}

}
