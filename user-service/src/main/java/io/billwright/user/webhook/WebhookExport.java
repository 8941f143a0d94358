package io.billwright.user.webhook;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.user.portability.ExportSource;

/// This feature's share of an export, of live mode.
@Configuration(proxyBeanMethods = false)
class WebhookExport {

	@Bean
	ExportSource webhookEndpointExportSource(WebhookEndpoints endpoints) {
		return new ExportSource("webhook_endpoint", (page) -> endpoints.list(page)
				.map((all) -> all.map(WebhookEndpointController.WebhookEndpointView::of)));
	}

}
