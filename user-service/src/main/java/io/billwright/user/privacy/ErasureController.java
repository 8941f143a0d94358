package io.billwright.user.privacy;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Authenticated;

/// Being forgotten.
@RestController
class ErasureController {

	private final EraseUser eraseUser;

	ErasureController(EraseUser eraseUser) {
		this.eraseUser = eraseUser;
	}

	@Authenticated
	@PostMapping("/api/v1/users/me/erase")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Erase your personal data and leave every organization", description = """
			Cannot be undone. What you did stays in the audit logs under an id that names nobody. Exports of your \
			organizations are deleted. The only owner of an organization must first make somebody else an owner.""")
	Mono<Void> erase(@RequestBody ErasureRequest request) {
		return this.eraseUser.erase(request.password());
	}

	record ErasureRequest(@NotBlank @Size(max = 1024) String password) {}

}
