package io.billwright.gateway.validation;

import io.netty.buffer.ByteBufInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.json.StrictJson;

/// Reads JSON bodies as services read them.
@Component
class Bodies {

	private final StrictJson json;

	Bodies(StrictJson json) {
		this.json = json;
	}

	/// What a body holds, which stays as it is; `null` for nothing, or `null`.
	///
	/// @throws io.billwright.platform.json.MalformedJson if it is not JSON
	@Nullable
	JsonNode read(DataBuffer body) {
		JsonNode tree = this.json.readTree(new ByteBufInputStream(NettyDataBufferFactory.toByteBuf(body).duplicate()));
		return tree.isMissingNode() || tree.isNull() ? null : tree;
	}

}
