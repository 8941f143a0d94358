package io.billwright.platform.ids;

import java.lang.reflect.Constructor;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Makes ids and reads their text form.
public final class Ids {

	private static final Clock CLOCK = Clock.systemUTC();

	private static final UUID NIL = new UUID(0, 0);

	private static final ClassValue<Form> FORMS = new ClassValue<>() {

		@Override
		protected Form computeValue(Class<?> type) {
			return Form.of(type);
		}

	};

	private Ids() {
	}

	/// A new UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits, so that new rows land at the end of an
	/// index. An id is no secret, hence the fast generator, which never blocks.
	public static UUID next() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long high = (CLOCK.millis() << 16) | 0x7000L | (random.nextLong() & 0xfffL);
		long low = 0x8000_0000_0000_0000L | (random.nextLong() >>> 2);
		return new UUID(high, low);
	}

	/// Reads the text form of an id.
	///
	/// @param type a record with the one component `UUID value`
	/// @throws IllegalArgumentException where the text has another prefix or is malformed
	public static <T extends TypedId> T parse(Class<T> type, String text) {
		Form form = FORMS.get(type);
		int at = form.prefix().length();
		if (!text.startsWith(form.prefix()) || (text.length() <= at) || (text.charAt(at) != '_')) {
			throw new IllegalArgumentException("must start with '" + form.prefix() + "_'");
		}
		return type.cast(form.make(Base32.decode(text.substring(at + 1))));
	}

	/// The prefix of a type of id.
	public static String prefix(Class<? extends TypedId> type) {
		return FORMS.get(type).prefix();
	}

	private record Form(String prefix, Constructor<?> constructor) {

		static Form of(Class<?> type) {
			try {
				Constructor<?> constructor = type.getDeclaredConstructor(UUID.class);
				constructor.setAccessible(true);
				return new Form(((TypedId) constructor.newInstance(NIL)).prefix(), constructor);
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalArgumentException(type + " must be a record with the one component 'UUID value'", ex);
			}
		}

		Object make(UUID value) {
			try {
				return this.constructor.newInstance(value);
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
