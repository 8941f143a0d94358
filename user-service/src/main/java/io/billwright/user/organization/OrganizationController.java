package io.billwright.user.organization;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;

/// The caller's own organization.
@RestController
@RequestMapping("/api/v1/organizations/me")
class OrganizationController {

	private final Organizations organizations;

	private final ChangeOrganization changeOrganization;

	private final ReadOnlyTransaction readOnly;

	private final Clock clock;

	OrganizationController(Organizations organizations, ChangeOrganization changeOrganization,
			ReadOnlyTransaction readOnly, Clock clock) {
		this.organizations = organizations;
		this.changeOrganization = changeOrganization;
		this.readOnly = readOnly;
		this.clock = clock;
	}

	@GetMapping
	@RequiresScope("organization:read")
	@Operation(summary = "Get the organization")
	Mono<OrganizationView> get() {
		return Tenant.current()
				.flatMap((tenant) -> this.organizations.require(tenant.organizationId()))
				.map(OrganizationView::of)
				.as(this.readOnly::transactional);
	}

	@PatchMapping
	@RequiresScope("organization:write")
	@Operation(summary = "Change the organization")
	Mono<OrganizationView> update(MergePatch patch, ExpectedVersion expected) {
		return this.changeOrganization.change(expected, (organization) -> OrganizationRequest.of(organization)
				.patchedBy(patch)
				.applyTo(organization, this.clock.instant())).map(OrganizationView::of);
	}

	/// What can be changed.
	///
	/// @param allowedOrigins web origins whose pages may call the API, `https://...`, or `http://localhost...` while
	/// developing; at most 20
	record OrganizationRequest(@NotBlank @Size(max = 200) String name, @NotNull @Country String country,
			@NotNull ZoneId timeZone, @NotNull Currency defaultCurrency,
			@NotNull @Size(max = 20) List<@NotNull @Pattern(regexp = Organization.ORIGIN, message = Organization.NO_ORIGIN) String> allowedOrigins) {

		static OrganizationRequest of(Organization organization) {
			return new OrganizationRequest(organization.name(), organization.country(), organization.timeZone(),
					organization.defaultCurrency(), organization.allowedOrigins());
		}

		OrganizationRequest patchedBy(MergePatch patch) {
			return patch.apply(this, OrganizationRequest.class);
		}

		Organization applyTo(Organization organization, Instant now) {
			return organization.change(this.name, this.country, this.timeZone, this.defaultCurrency,
					this.allowedOrigins, now);
		}

	}

	record OrganizationView(OrganizationId id, long version, String name, String country, ZoneId timeZone,
			Currency defaultCurrency, List<String> allowedOrigins, Instant createdAt,
			Instant updatedAt) implements Versioned {

		static OrganizationView of(Organization organization) {
			return new OrganizationView(organization.id(), organization.version(), organization.name(),
					organization.country(), organization.timeZone(), organization.defaultCurrency(),
					organization.allowedOrigins(), organization.createdAt(), organization.updatedAt());
		}

	}

}
