package io.billwright.user.apikey;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.user.member.Permission;

/// What somebody wants of a new key.
///
/// @param publishable whether it may stand where everybody reads it
/// @param live whether it works in live mode or in test mode
/// @param origins of a publishable key: the web origins whose pages may use it, all of them where none is named
/// @param expiresAt from when on it is worthless; without it, never
record ApiKeyOrder(String name, boolean publishable, boolean live, List<String> scopes, List<String> origins,
		@Nullable Instant expiresAt) {

	ApiKeyOrder {
		scopes = List.copyOf(scopes);
		origins = List.copyOf(origins);
	}

	/// Fails with [Invalid] where the kind of key and what it is to do do not fit.
	void requireFit() {
		List<FieldError> errors = Stream.concat(unfitOrigins(), unfitScopes()).toList();
		if (!errors.isEmpty()) {
			throw new Invalid(errors);
		}
	}

	private Stream<FieldError> unfitOrigins() {
		return (this.publishable || this.origins.isEmpty())
				? Stream.empty()
				: Stream.of(new FieldError("allowed_origins", "publishable_only",
						"can be given to a publishable key only"));
	}

	private Stream<FieldError> unfitScopes() {
		return IntStream.range(0, this.publishable ? this.scopes.size() : 0)
				.filter((index) -> !Permission.isPublishable(this.scopes.get(index)))
				.mapToObj((index) -> new FieldError("scopes[" + index + "]", "not_publishable",
						"cannot be given to a publishable key"));
	}

}
