package io.billwright.user.login;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who may log in.
///
/// @param loginBeforeVerification whether a login is possible before the e-mail address is confirmed, default no
@ConfigurationProperties("billwright.users")
record LoginSettings(@DefaultValue("false") boolean loginBeforeVerification) {}
