package io.billwright.analytics.counting;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.CodecRegistry;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import io.r2dbc.postgresql.message.Format;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/// Lets the driver send a [BinaryArray] as it is. The driver finds it as a service.
public final class BinaryArrayCodec implements Codec<Object>, CodecRegistrar {

	@Override
	public Publisher<Void> register(PostgresqlConnection connection, ByteBufAllocator allocator,
			CodecRegistry registry) {
		return Mono.fromRunnable(() -> registry.addLast(this));
	}

	@Override
	public boolean canEncode(Object value) {
		return value instanceof BinaryArray;
	}

	@Override
	public EncodedParameter encode(Object value) {
		BinaryArray array = (BinaryArray) value;
		return new EncodedParameter(Format.FORMAT_BINARY, array.type(),
				Mono.fromSupplier(() -> Unpooled.wrappedBuffer(array.bytes())));
	}

	@Override
	public EncodedParameter encode(Object value, int type) {
		return encode(value);
	}

	@Override
	public boolean canEncodeNull(Class<?> type) {
		return false;
	}

	@Override
	public EncodedParameter encodeNull() {
		throw new UnsupportedOperationException("There is always an array");
	}

	@Override
	public boolean canDecode(int type, Format format, Class<?> wanted) {
		return false;
	}

	@Override
	public Object decode(@Nullable ByteBuf buffer, int type, Format format, Class<?> wanted) {
		throw new UnsupportedOperationException("Arrays are only written");
	}

}
