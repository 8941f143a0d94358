package io.billwright.user.recovery;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.identity.Public;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.MailAddress;
import io.billwright.user.password.PasswordLength;

/// Confirming an e-mail address and changing a password.
@RestController
@RequestMapping("/api/v1/auth")
class RecoveryController {

	private final EmailVerification verification;

	private final PasswordRecovery recovery;

	RecoveryController(EmailVerification verification, PasswordRecovery recovery) {
		this.verification = verification;
		this.recovery = recovery;
	}

	@Public
	@PostMapping("/verify-email")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Confirm an e-mail address", description = "With the token from the mail.")
	Mono<Void> verifyEmail(@RequestBody TokenRequest request) {
		return this.verification.confirm(request.token());
	}

	@Public
	@PostMapping("/verify-email/resend")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Mail the token that confirms an e-mail address once more", description = """
			The answer is the same whether or not the address is known. One mail a minute at the most.""")
	Mono<Void> resendVerification(@RequestBody EmailRequest request) {
		return this.verification.repeat(request.address());
	}

	@Public
	@PostMapping("/password/forgot")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Mail a token that sets a new password", description = """
			The answer is the same whether or not the address is known. One mail a minute at the most.""")
	Mono<Void> forgotPassword(@RequestBody EmailRequest request) {
		return this.recovery.forgot(request.address());
	}

	@Public
	@PostMapping("/password/reset")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Set a new password with the token from the mail", description = """
			Ends every session and revokes every refresh token of the user.""")
	Mono<Void> resetPassword(@RequestBody ResetRequest request) {
		return this.recovery.reset(request.token(), request.password());
	}

	@Authenticated
	@PostMapping("/password/change")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Change your password", description = """
			Ends every other session and revokes every refresh token of the user. An API key has no password.""")
	Mono<Void> changePassword(@RequestBody ChangeRequest request) {
		return this.recovery.change(request.currentPassword(), request.newPassword());
	}

	record TokenRequest(@NotBlank @Size(max = 100) String token) {}

	record EmailRequest(@NotBlank @MailAddress String email) {

		EmailAddress address() {
			return EmailAddress.of(this.email);
		}

	}

	/// @param password 12 to 128 characters
	record ResetRequest(@NotBlank @Size(max = 100) String token, @NotBlank @PasswordLength String password) {}

	/// @param newPassword 12 to 128 characters
	record ChangeRequest(@NotBlank @Size(max = 1024) String currentPassword,
			@NotBlank @PasswordLength String newPassword) {}

}
