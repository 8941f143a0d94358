package io.billwright.gateway.validation;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A request whose body has been read, and is passed on as it was. Whoever takes the body has it; what nobody takes is to
/// be released.
final class WholeBody extends ServerHttpRequestDecorator {

	private final AtomicReference<@Nullable DataBuffer> body;

	WholeBody(ServerHttpRequest request, DataBuffer body) {
		super(request);
		this.body = new AtomicReference<>(body);
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return Mono.fromSupplier(() -> this.body.getAndSet(null)).flux();
	}

	void release() {
		DataBufferUtils.release(this.body.getAndSet(null));
	}

}
