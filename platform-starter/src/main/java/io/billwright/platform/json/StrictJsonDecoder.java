package io.billwright.platform.json;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.util.MimeType;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/// Decodes request bodies with [StrictJson].
public final class StrictJsonDecoder extends JacksonJsonDecoder {

	private final StrictJson json;

	private final JsonMapper mapper;

	/// @param maxBytes the largest body in bytes; a larger one is refused with 413
	public StrictJsonDecoder(StrictJson json, JsonMapper mapper, int maxBytes) {
		super(mapper);
		this.json = json;
		this.mapper = mapper;
		setMaxInMemorySize(maxBytes);
	}

	@Override
	public Object decode(DataBuffer buffer, ResolvableType target, @Nullable MimeType mimeType,
			@Nullable Map<String, Object> hints) {
		byte[] body = new byte[buffer.readableByteCount()];
		try {
			buffer.read(body);
		}
		finally {
			DataBufferUtils.release(buffer);
		}
		JavaType type = this.mapper.constructType(target.getType());
		return this.json.read(body, type);
	}

}
