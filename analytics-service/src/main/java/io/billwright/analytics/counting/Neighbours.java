package io.billwright.analytics.counting;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.Strays.Claim;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Placements;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.messaging.Causes;
import io.billwright.platform.messaging.RecordPublisher;
import io.billwright.platform.tenancy.SystemScope;

/// Passes records on to the shards that they are for (decision 14). A record may be passed on twice when counting is broken
/// off: its key counts once.
@Component
class Neighbours {

	private static final Logger log = LoggerFactory.getLogger(Neighbours.class);

	/// A shard that does not answer by then is believed to be where things are: it will pass on what is not for it.
	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

	private final Shards shards;

	private final RecordPublisher publisher;

	Neighbours(Shards shards, @Qualifier("deadLetterPublisher") RecordPublisher publisher) {
		this.shards = shards;
		this.publisher = publisher;
	}

	/// Takes over what the other shards know better; emits whether that was anything. A move is over when the shard that was
	/// left says so: the one that was moved to may have to be told, and else would send back what it is sent.
	Mono<Boolean> learn(int here, Strays strays) {
		return Flux.fromIterable(strays.claims())
				.concatMap((claim) -> newer(claim)
						.flatMap((placement) -> adopt(this.shards.all().get(here), claim, placement)))
				.count()
				.map((learnt) -> learnt > 0)
				.contextWrite(SystemScope.bind());
	}

	private Mono<Assignment> newer(Claim claim) {
		Shard other = this.shards.all().get(claim.other());
		return other.reading(Mono.defer(() -> new Placements(other).find(claim.organization())))
				.timeout(ANSWER_TIMEOUT)
				.onErrorResume(Exception.class, (error) -> {
					log.warn("Shard {} does not say where an organization is: {}", claim.other(),
							Causes.describe(error));
					return Mono.empty();
				})
				.filter((placement) -> placement.version() > claim.placement().version());
	}

	private static Mono<Boolean> adopt(Shard shard, Claim claim, Assignment placement) {
		return shard.transactional(Mono.defer(() -> new Placements(shard).adopt(claim.organization(), placement)))
				.thenReturn(true);
	}

	/// Completes when all in-sync replicas have the records where they belong.
	Mono<Void> pass(Map<Received, Integer> records) {
		List<ProducerRecord<String, byte[]>> copies = records.entrySet()
				.stream()
				.map((stray) -> new ProducerRecord<>(UsageTopics.ofShard(stray.getValue()), null,
						stray.getKey().origin().key(), stray.getKey().origin().value(),
						stray.getKey().origin().headers()))
				.toList();
		return this.publisher.publish(copies);
	}

}
