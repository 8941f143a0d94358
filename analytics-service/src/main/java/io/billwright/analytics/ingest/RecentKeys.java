package io.billwright.analytics.ingest;

import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.EventKey;
import io.billwright.platform.tenancy.Tenant;

/// Keys that this instance has accepted, so that most repetitions are told and go no further. Only what is certain to be
/// counted is in it; what it does not know, the store does.
///
/// Each has one place, from which a later key with the same place drives it out: so it costs no lock and no order.
final class RecentKeys {

	private final AtomicReferenceArray<@Nullable UUID> places;

	/// @param size how many are known at the most, rounded up to a power of two
	RecentKeys(int size) {
		this.places = new AtomicReferenceArray<>(Integer.highestOneBit(Math.max(size, 2) - 1) << 1);
	}

	boolean contains(UUID fingerprint) {
		return fingerprint.equals(this.places.getAcquire(place(fingerprint)));
	}

	/// To be called when all in-sync replicas have the events.
	void add(Collection<UUID> fingerprints) {
		fingerprints.forEach((fingerprint) -> this.places.setRelease(place(fingerprint), fingerprint));
	}

	private int place(UUID fingerprint) {
		return (int) fingerprint.getLeastSignificantBits() & (this.places.length() - 1);
	}

	/// Stands for a key of a tenant. The store tells keys apart by such a digest too.
	static UUID fingerprint(Tenant tenant, String key) {
		return EventKey.hash(tenant.organization(), tenant.live(), key);
	}

}
