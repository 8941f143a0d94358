package io.billwright.user.privacy;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

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

	/// Erase your personal data and leave every organization. This cannot be undone.
	@Authenticated
	@PostMapping("/api/v1/users/me/erase")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> erase(@RequestBody ErasureRequest request) {
		return this.eraseUser.erase(request.password());
	}

	record ErasureRequest(@NotBlank @Size(max = 1024) String password) {}

}
