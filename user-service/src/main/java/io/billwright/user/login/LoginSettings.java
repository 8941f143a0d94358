package io.billwright.user.login;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.billwright.platform.quota.Quota;

/// Who may log in.
///
/// @param loginBeforeVerification whether a login is possible before the e-mail address is confirmed, default no
/// @param loginAttempts how often a wrong password may be tried for one account, default `5/min`
@ConfigurationProperties("billwright.users")
record LoginSettings(@DefaultValue("false") boolean loginBeforeVerification,
		@DefaultValue("5/min") Quota loginAttempts) {}
