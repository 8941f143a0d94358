package io.billwright.user.member;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.user.portability.ExportSource;

/// This feature's share of an export.
@Configuration(proxyBeanMethods = false)
class MemberExport {

	@Bean
	ExportSource memberExportSource(Members members) {
		return new ExportSource("member",
				(page) -> members.list(page).map((all) -> all.map(MemberController.MemberView::of)));
	}

}
