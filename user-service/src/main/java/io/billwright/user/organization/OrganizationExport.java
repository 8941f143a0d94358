package io.billwright.user.organization;

import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.platform.paging.Page;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.portability.ExportSource;

/// This feature's share of an export.
@Configuration(proxyBeanMethods = false)
class OrganizationExport {

	@Bean
	ExportSource organizationExportSource(Organizations organizations) {
		return new ExportSource("organization", (page) -> Tenant.current()
				.flatMap((tenant) -> organizations.require(tenant.organizationId()))
				.map((organization) -> new Page<>(
						List.of(OrganizationController.OrganizationView.of(organization)), null, false, null)));
	}

}
