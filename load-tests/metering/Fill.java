import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
				String event = "{\"org\":\"" + customer[1] + "\",\"live\":true,\"cus\":\"" + customer[2]
						+ "\",\"met\":\"api_call\",\"key\":\"fill-" + i + "\",\"qty\":\"" + i % 1000 + ".25\",\"ts\":" + at + ",\"acc\":"
						+ accepted + ",\"props\":{\"region\":\"eu\",\"status\":200}}";
				producer.send(new ProducerRecord<>("usage-events-" + customer[0], customer[1] + ":live:" + customer[2],
						event.getBytes(StandardCharsets.UTF_8)), (record, failure) -> {
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

	private static long micros(Instant moment) {
		return moment.getEpochSecond() * 1_000_000 + moment.getNano() / 1_000;
	}

}
