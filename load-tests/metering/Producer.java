import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// What one producer and the broker do, with the settings of the intake and records as large as its own. Prints records a
/// second. Arguments: bootstrap servers, seconds.
class Producer {

	static void main(String[] arguments) throws Exception {
		Map<String, Object> servers = Map.of("bootstrap.servers", arguments[0]);
		String topic = "producer-figure";
		try (Admin admin = Admin.create(servers)) {
			admin.createTopics(List.of(new NewTopic(topic, Optional.of(3), Optional.empty()))).all().get();
			long sent = send(servers, topic, Duration.ofSeconds(Long.parseLong(arguments[1])));
			System.out.printf(Locale.ROOT, "%d%n", sent / Long.parseLong(arguments[1]));
			admin.deleteTopics(List.of(topic)).all().get();
		}
	}

	private static long send(Map<String, Object> servers, String topic, Duration time) {
		Map<String, Object> settings = new java.util.HashMap<>(servers);
		settings.putAll(Map.of("acks", "all", "compression.type", "none", "linger.ms", 5, "batch.size", 65536,
				"buffer.memory", 33554432L));
		AtomicLong acknowledged = new AtomicLong();
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings, new StringSerializer(),
				new ByteArraySerializer())) {
			long end = System.nanoTime() + time.toNanos();
			for (long i = 0; System.nanoTime() < end; i++) {
				byte[] value = ("x".repeat(50) + "api_call run-" + i + ' ' + i % 1000
						+ ".5 {\"region\":\"eu\",\"status\":200}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
				producer.send(new ProducerRecord<>(topic, "01935f2a-7b6e-7c3d-8a4f-2f1c0b9e6d58:live:" + i % 1000, value),
						(record, failure) -> {
							if (failure == null) {
								acknowledged.incrementAndGet();
							}
						});
			}
		}
		return acknowledged.get();
	}

}
