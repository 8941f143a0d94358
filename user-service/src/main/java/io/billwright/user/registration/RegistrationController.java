package io.billwright.user.registration;

import java.time.ZoneId;
import java.util.Currency;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Public;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.MailAddress;
import io.billwright.user.organization.Country;
import io.billwright.user.password.PasswordLength;

/// Signing up.
@RestController
@RequestMapping("/api/v1/auth")
class RegistrationController {

	private final Register register;

	RegistrationController(Register register) {
		this.register = register;
	}

	@Public
	@PostMapping("/register")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Register an organization and its owner", description = """
			The answer is the same whether or not the e-mail address is known already; a mail tells what to do next.""")
	Mono<Void> register(@RequestBody RegistrationRequest request) {
		return Mono.fromSupplier(request::toApplication).flatMap(this.register::register);
	}

	/// @param name the owner's
	/// @param password 12 to 128 characters, none of the common ones
	record RegistrationRequest(@NotNull @Valid NewOrganizationRequest organization,
			@NotBlank @Size(max = 200) String name,
			@NotBlank @MailAddress String email, @NotBlank @PasswordLength String password) {

		Register.Application toApplication() {
			return new Register.Application(this.organization.name(), this.organization.country(),
					this.organization.timeZone(), this.organization.defaultCurrency(), this.name,
					EmailAddress.of(this.email),
					this.password);
		}

	}

	record NewOrganizationRequest(@NotBlank @Size(max = 200) String name, @NotNull @Country String country,
			@NotNull ZoneId timeZone, @NotNull Currency defaultCurrency) {}

}
