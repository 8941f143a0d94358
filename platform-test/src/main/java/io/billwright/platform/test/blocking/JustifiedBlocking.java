package io.billwright.platform.test.blocking;

import java.util.List;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/// The blocking calls we accept on event loops: each is short, bounded and not ours to change. A service that must
/// accept another one brings a `BlockHoundIntegration` of its own among its tests.
public class JustifiedBlocking implements BlockHoundIntegration {

	private static final List<Allowance> ALLOWANCES = List.of(
			new Allowance("java.lang.ClassLoader", "loadClass", "a class is read from its jar once"),
			new Allowance("java.lang.invoke.MethodHandleNatives", "linkCallSite", "a lambda is linked once"),
			new Allowance("java.util.ResourceBundle", "getBundle", "a bundle of messages is read once"),
			new Allowance("java.util.ServiceLoader$LazyClassPathLookupIterator", "hasNext",
					"providers are looked up once"),
			new Allowance("java.security.SecureRandom", "nextBytes",
					"reads the kernel's random device, which does not wait once it is seeded"),
			new Allowance("java.util.UUID", "randomUUID", "as SecureRandom"),
			new Allowance("ch.qos.logback.classic.Logger", "callAppenders",
					"appenders write to standard output under a short lock"),
			new Allowance("com.github.benmanes.caffeine.cache.BoundedLocalCache", "performCleanUp",
					"eviction holds its lock for microseconds"),
			new Allowance("com.github.benmanes.caffeine.cache.BoundedLocalCache", "scheduleDrainBuffers",
					"eviction holds its lock for microseconds"),
			new Allowance("io.netty.buffer.AdaptivePoolingAllocator", "allocate",
					"the buffer pool locks a magazine for microseconds"),
			new Allowance("io.netty.buffer.AdaptivePoolingAllocator$AdaptiveByteBuf", "deallocate",
					"the buffer pool locks a magazine for microseconds"),
			new Allowance("org.springframework.util.ConcurrentReferenceHashMap$Segment", "doTask",
					"Spring's caches lock a segment for one entry"),
			new Allowance("org.springframework.core.ResolvableType", "forClassWithGenerics",
					"reflection metadata is read once"),
			new Allowance("tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer",
					"how to read a type is worked out once, under a lock"),
			new Allowance("tools.jackson.databind.ser.SerializerCache", "addAndResolveNonTypedSerializer",
					"how to write a type is worked out once, under a lock"),
			new Allowance("org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory", "doInLock",
					"the shared connection is handed out under a short lock"),
			new Allowance("org.springframework.data.redis.core.script.DefaultRedisScript", "getSha1",
					"the digest of a script is looked up under a short lock"),
			new Allowance("io.lettuce.core.protocol.SharedLock", "incrementWriters",
					"a connection locks for one command; refused, it would never write again"),
			new Allowance("io.lettuce.core.protocol.SharedLock", "doExclusive",
					"a connection locks for one change of its state"),
			new Allowance("org.hibernate.validator.internal.metadata.BeanMetaDataManagerImpl", "getBeanMetaData",
					"the constraints of a type are worked out once, and kept under a short lock"),
			new Allowance("jakarta.validation.Validation$GetValidationProviderListAction", "getValidationProviders",
					"providers are looked up once"));

	@Override
	public void applyTo(BlockHound.Builder builder) {
		ALLOWANCES.forEach((allowance) -> builder.allowBlockingCallsInside(allowance.type(), allowance.method()));
		// Under the same lock the driver would wait for a first connection: that belongs off the event loops.
		builder.disallowBlockingCallsInside(
				"org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory$SharedConnection",
				"getNativeConnection");
	}

	/// @param reason why this one may block; read by people
	private record Allowance(String type, String method, String reason) {}

}
