package io.billwright.analytics.counting;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.EventKey;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageEventFormat.Unreadable;

/// A record and the event in it, or the reason why there is none.
final class Received {

	private final ConsumerRecord<String, byte[]> origin;

	private final @Nullable Countable countable;

	private final @Nullable String defect;

	private Received(ConsumerRecord<String, byte[]> origin, @Nullable Countable countable, @Nullable String defect) {
		this.origin = origin;
		this.countable = countable;
		this.defect = defect;
	}

	static Received of(ConsumerRecord<String, byte[]> origin) {
		try {
			return new Received(origin, Countable.of(UsageEventFormat.read(origin.value())), null);
		}
		catch (Unreadable unreadable) {
			return new Received(origin, null, unreadable.getMessage());
		}
	}

	/// The same record, as one that cannot be counted.
	Received defective(String cause) {
		return new Received(this.origin, null, cause);
	}

	/// The same record, as one that is counted on another shard.
	Received passedOn() {
		return new Received(this.origin, null, null);
	}

	ConsumerRecord<String, byte[]> origin() {
		return this.origin;
	}

	int partition() {
		return this.origin.partition();
	}

	long offset() {
		return this.origin.offset();
	}

	/// Null where the record is defective, or counted on another shard.
	@Nullable
	Countable countable() {
		return this.countable;
	}

	/// Null where the record is not defective.
	@Nullable
	String defect() {
		return this.defect;
	}

	/// An event with what its uniqueness is checked by.
	///
	/// @param keyHash of organization, mode and key
	record Countable(UsageEvent event, UUID keyHash, LocalDate acceptedMonth) {

		static Countable of(UsageEvent event) {
			return new Countable(event, EventKey.hash(event.organization(), event.live(), event.key()),
					event.acceptedAt().atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
		}

	}

}
