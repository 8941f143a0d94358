package io.billwright.platform.observability;

import java.util.function.Function;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// Shows one value of the Reactor context in the log lines written under it.
///
/// @param <T> the value's type and its key in the context
final class LoggedContext<T> implements ThreadLocalAccessor<T> {

	private final Class<T> type;

	private final String field;

	private final Function<T, String> text;

	@SuppressWarnings("ThreadLocalUsage") // as many instances as fields, and they live as long as the process
	private final ThreadLocal<@Nullable T> current = new ThreadLocal<>();

	LoggedContext(Class<T> type, String field, Function<T, String> text) {
		this.type = type;
		this.field = field;
		this.text = text;
	}

	@Override
	public Object key() {
		return this.type;
	}

	@Override
	public @Nullable T getValue() {
		return this.current.get();
	}

	@Override
	public void setValue(T value) {
		this.current.set(value);
		MDC.put(this.field, this.text.apply(value));
	}

	@Override
	public void setValue() {
		this.current.remove();
		MDC.remove(this.field);
	}

}
