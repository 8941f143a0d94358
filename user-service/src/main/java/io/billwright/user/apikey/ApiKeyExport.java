package io.billwright.user.apikey;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.user.portability.ExportSource;

/// This feature's share of an export.
@Configuration(proxyBeanMethods = false)
class ApiKeyExport {

	@Bean
	ExportSource apiKeyExportSource(ApiKeys keys, Clock clock) {
		return new ExportSource("api_key", (page) -> keys.list(page)
				.map((all) -> all.map((key) -> ApiKeyController.ApiKeyView.of(key, null, clock.instant()))));
	}

}
