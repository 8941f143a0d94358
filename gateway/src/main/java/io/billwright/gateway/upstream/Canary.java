package io.billwright.gateway.upstream;

import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;

/// A new version of a service, which gets a part of its callers. The same caller gets the same version, so that nobody is
/// thrown from one to the other, and keeps the new one when the part grows.
///
/// @param fleet where it is
/// @param weight percentage of the callers
/// @param header in which a client asks for the new version (`true`) or the old one (`false`)
/// @param service by whose name the callers are others for another service
/// @param requests counts what it gets
record Canary(Fleet fleet, int weight, String header, String service, Counter requests) {

	private static final int PERCENT = 100;

	boolean takes(@Nullable String wish, String caller) {
		return switch (wish) {
			case "true" -> true;
			case "false" -> false;
			case null, default -> takes(caller, this.service, this.weight);
		};
	}

	static boolean takes(String caller, String service, int weight) {
		return Math.floorMod(mix(caller.hashCode() ^ service.hashCode()), PERCENT) < weight;
	}

	/// The finalizer of MurmurHash3: ids that differ in their last letters must not be neighbours.
	private static int mix(int hash) {
		int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
		mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
		return mixed ^ (mixed >>> 16);
	}

}
