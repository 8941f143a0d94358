package io.billwright.platform.test.servers;

/// Whether acknowledged writes survive the loss of power.
public enum Durability {

	/// Commits wait for the disk.
	DURABLE,

	/// Nothing waits for the disk; for tests only.
	THROWAWAY

}
