package io.billwright.gateway.validation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What becomes of requests and answers that break the documents of the services.
///
/// @param requests `refuse` answers them with 400, 404 or 415
/// @param responses `refuse` answers 502 in their place
/// @param bodyLimit the longest body that is looked at, of either; a longer one passes as it comes
@ConfigurationProperties(ValidationSettings.PREFIX)
record ValidationSettings(@DefaultValue("refuse") Mode requests, @DefaultValue("off") Mode responses,
		@DefaultValue("32KB") DataSize bodyLimit) {

	static final String PREFIX = "billwright.gateway.validation";

	static ValidationSettings of(Binder configuration) {
		return configuration.bindOrCreate(PREFIX, ValidationSettings.class);
	}

	boolean isOn() {
		return this.requests != Mode.OFF || this.responses != Mode.OFF;
	}

	/// What is done about a breach.
	enum Mode {

		/// Nobody looks.
		OFF,
		/// It is counted and logged.
		LOG,
		/// It is counted, logged and refused.
		REFUSE

	}

}
