package io.billwright.user.recovery;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

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

	/// Confirm an e-mail address with the token from the mail.
	@Public
	@PostMapping("/verify-email")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> verifyEmail(@RequestBody TokenRequest request) {
		return this.verification.confirm(request.token());
	}

	/// Mail the token once more. The answer is the same whether or not the address is known.
	@Public
	@PostMapping("/verify-email/resend")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Mono<Void> resend(@RequestBody EmailRequest request) {
		return request.address().flatMap(this.verification::repeat);
	}

	/// Mail a token that allows to set a new password. The answer is the same whether or not the address is known.
	@Public
	@PostMapping("/password/forgot")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Mono<Void> forgot(@RequestBody EmailRequest request) {
		return request.address().flatMap(this.recovery::forgot);
	}

	/// Set a new password with the token from the mail. Ends every session.
	@Public
	@PostMapping("/password/reset")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> reset(@RequestBody ResetRequest request) {
		return this.recovery.reset(request.token(), request.password());
	}

	/// Change one's own password. Ends every other session.
	@Authenticated
	@PostMapping("/password/change")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> change(@RequestBody ChangeRequest request) {
		return this.recovery.change(request.currentPassword(), request.newPassword());
	}

	record TokenRequest(@NotBlank @Size(max = 100) String token) {}

	record EmailRequest(@NotBlank @Size(max = 254) String email) {

		Mono<EmailAddress> address() {
			return Mono.fromSupplier(() -> EmailAddress.required(this.email));
		}

	}

	/// @param password 12 to 128 characters
	record ResetRequest(@NotBlank @Size(max = 100) String token, @NotBlank @Size(max = 1024) String password) {}

	/// @param newPassword 12 to 128 characters
	record ChangeRequest(@NotBlank @Size(max = 1024) String currentPassword,
			@NotBlank @Size(max = 1024) String newPassword) {}

}
