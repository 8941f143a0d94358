import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Gives the shards events to count as fast as Kafka takes them, past the gateway: of three days a month ago, in their order, each
/// of the customers in turn. Ends when Kafka has them all.
///
/// Arguments: bootstrap servers, file with a line `shard organization customer` for each customer, events.
class Fill {

	private static final Duration AGO = Duration.ofDays(34);

	private static final Duration SPAN = Duration.ofDays(3);

	static void main(String[] arguments) throws Exception {
		List<String[]> customers = Files.readAllLines(Path.of(arguments[1])).stream().map((line) -> line.split(" ")).toList();
		long events = Long.parseLong(arguments[2]);
		long accepted = micros(Instant.now());
		long first = accepted - AGO.toMillis() * 1_000;
		Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", arguments[0], "acks", "all", "compression.type",
				"lz4", "linger.ms", 20, "batch.size", 65536, "buffer.memory", 33554432L));
		AtomicLong failed = new AtomicLong();
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings, new StringSerializer(),
				new ByteArraySerializer())) {
			for (long i = 0; i < events; i++) {
				String[] customer = customers.get((int) (i % customers.size()));
				long at = first + (long) (SPAN.toMillis() * 1e3 * i / events);
				producer.send(new ProducerRecord<>("usage-events-" + customer[0], customer[1] + ":live:" + customer[2],
						event(UUID.fromString(customer[1]), UUID.fromString(customer[2]), at, accepted, i)), (record, failure) -> {
							if (failure != null) {
								failed.incrementAndGet();
							}
						});
			}
		}
		if (failed.get() > 0) {
			throw new IllegalStateException(failed + " events were not taken by Kafka");
		}
	}

	/// As the intake writes it: io.billwright.analytics.wire.UsageEventFormat.
	private static byte[] event(UUID organization, UUID customer, long at, long accepted, long i) {
		ByteBuffer bytes = ByteBuffer.allocate(512).put((byte) 1).put((byte) 1);
		for (UUID id : List.of(organization, customer)) {
			bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
		}
		bytes.putLong(at).putLong(accepted);
		for (String text : List.of("api_call", "fill-" + i, i % 1000 + ".25")) {
			bytes.putShort((short) text.length()).put(text.getBytes(StandardCharsets.UTF_8));
		}
		bytes.put("{\"region\":\"eu\",\"status\":200}".getBytes(StandardCharsets.UTF_8));
		return Arrays.copyOf(bytes.array(), bytes.position());
	}

	private static long micros(Instant moment) {
		return moment.getEpochSecond() * 1_000_000 + moment.getNano() / 1_000;
	}

}
