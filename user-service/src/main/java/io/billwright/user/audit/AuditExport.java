package io.billwright.user.audit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.user.portability.ExportSource;

/// This feature's share of an export.
@Configuration(proxyBeanMethods = false)
class AuditExport {

	@Bean
	ExportSource auditExportSource(AuditTrail trail) {
		return new ExportSource("audit_entry", (page) -> trail.page(AuditTrail.Filter.EVERYTHING, page)
				.map((all) -> all.map(AuditLogController.AuditEntryView::of)));
	}

}
