package io.billwright.user.invitation;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.user.portability.ExportSource;

/// This feature's share of an export.
@Configuration(proxyBeanMethods = false)
class InvitationExport {

	@Bean
	ExportSource invitationExportSource(Invitations invitations) {
		return new ExportSource("invitation", (page) -> invitations.list(page)
				.map((all) -> all.map(InvitationController.InvitationView::of)));
	}

}
