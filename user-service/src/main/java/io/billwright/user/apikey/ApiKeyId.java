package io.billwright.user.apikey;

import java.util.UUID;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.TypedId;

/// An API key, `key_...`.
public record ApiKeyId(UUID value) implements TypedId {

	static ApiKeyId next() {
		return new ApiKeyId(Ids.next());
	}

	@Override
	public String prefix() {
		return "key";
	}

	@Override
	public String toString() {
		return text();
	}

}
