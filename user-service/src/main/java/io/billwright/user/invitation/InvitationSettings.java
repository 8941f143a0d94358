package io.billwright.user.invitation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Limits of invitations, for each organization.
///
/// @param open how many may be open at the same time, default 200
/// @param mailsPerHour how many may be mailed within an hour, which begins with the first mail, default 100
@ConfigurationProperties("billwright.users.invitations")
record InvitationSettings(@DefaultValue("200") int open, @DefaultValue("100") int mailsPerHour) {

	InvitationSettings {
		if ((open < 1) || (mailsPerHour < 1)) {
			throw new IllegalArgumentException(
					"billwright.users.invitations: open and mails-per-hour must be at least 1");
		}
	}

}
