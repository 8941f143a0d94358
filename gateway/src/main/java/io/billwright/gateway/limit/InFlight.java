package io.billwright.gateway.limit;

import java.util.HashMap;
import java.util.Map;

/// Requests that are being served by this instance. As long as it is not full everybody may have as many as their own
/// limit allows. When it is full, whoever has less than their share of it is let in and whoever has more is not, so that
/// nobody starves behind a caller who came first; with newcomers it holds at most twice its capacity.
///
/// Only callers with a request in flight are kept here, so it is as large as what is being served.
final class InFlight {

	/// What became of an attempt to enter.
	enum Entry {

		ADMITTED,
		/// As many are in flight as the caller may have.
		OVER_LIMIT,
		/// The instance is full and the caller has its share.
		OVER_SHARE

	}

	private final int capacity;

	private final Map<String, Tenant> tenants = new HashMap<>();

	private int all;

	private long weights;

	InFlight(int capacity) {
		this.capacity = capacity;
	}

	/// @param weight of the caller's share
	/// @param limit how many the caller may have here
	synchronized Entry enter(String caller, int weight, int limit) {
		Tenant tenant = this.tenants.get(caller);
		int count = (tenant != null) ? tenant.count : 0;
		if (count >= limit) {
			return Entry.OVER_LIMIT;
		}
		if (this.all >= this.capacity && count >= share(weight, (tenant != null) ? 0 : weight)) {
			return Entry.OVER_SHARE;
		}
		if (tenant == null) {
			tenant = new Tenant(weight);
			this.tenants.put(caller, tenant);
			this.weights += weight;
		}
		tenant.count++;
		this.all++;
		return Entry.ADMITTED;
	}

	synchronized void leave(String caller) {
		Tenant tenant = this.tenants.get(caller);
		if (tenant == null) {
			throw new IllegalStateException("'%s' leaves without having entered".formatted(caller));
		}
		this.all--;
		if (--tenant.count == 0) {
			this.tenants.remove(caller);
			this.weights -= tenant.weight;
		}
	}

	synchronized int count(String caller) {
		Tenant tenant = this.tenants.get(caller);
		return (tenant != null) ? tenant.count : 0;
	}

	synchronized int all() {
		return this.all;
	}

	private long share(int weight, int joining) {
		return Math.max(1, (long) this.capacity * weight / (this.weights + joining));
	}

	private static final class Tenant {

		private final int weight;

		private int count;

		Tenant(int weight) {
			this.weight = weight;
		}

	}

}
