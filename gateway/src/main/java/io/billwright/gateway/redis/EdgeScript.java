package io.billwright.gateway.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DigestUtils;

/// A script that answers a list. Redis keeps the text and is told the digest only, which is computed once: the
/// framework's own takes a lock and looks at the file again with each run.
public final class EdgeScript {

	private final byte[] text;

	private final String digest;

	private EdgeScript(String text) {
		this.text = text.getBytes(StandardCharsets.UTF_8);
		this.digest = DigestUtils.sha1DigestAsHex(text);
	}

	/// @param name of a file in `redis/` on the class path
	public static EdgeScript named(String name) {
		try {
			return new EdgeScript(new ClassPathResource("redis/" + name).getContentAsString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The script %s is missing".formatted(name), ex);
		}
	}

	String digest() {
		return this.digest;
	}

	ByteBuffer text() {
		return ByteBuffer.wrap(this.text);
	}

}
