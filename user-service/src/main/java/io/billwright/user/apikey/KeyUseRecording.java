package io.billwright.user.apikey;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.user.system.Recurring;
import io.billwright.user.system.SystemTransaction;

/// Records noted uses of keys in the background.
@Configuration(proxyBeanMethods = false)
class KeyUseRecording {

	@Bean
	Recurring keyUseRecordingLoop(KeyUses uses, ApiKeySettings settings, SystemTransaction transaction) {
		return new Recurring("Recording uses of API keys", settings.usesPause(),
				uses.record().as(transaction::transactional));
	}

}
