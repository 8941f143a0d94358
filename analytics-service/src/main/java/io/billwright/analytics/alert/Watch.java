package io.billwright.analytics.alert;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.TouchedCustomers;
import io.billwright.analytics.counting.TouchedCustomers.Touched;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.platform.messaging.Causes;

/// Takes up whose figures counting has changed, shard by shard, and has them looked at. What an instance has taken up and not
/// done when it dies is taken up again after the lease; what fails, too.
@Component
class Watch implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Watch.class);

	private final Shards shards;

	private final TouchedCustomers touched;

	private final LookAtFigures look;

	private final AlertSettings settings;

	private Disposable work = Disposables.disposed();

	private volatile boolean running;

	Watch(Shards shards, TouchedCustomers touched, LookAtFigures look, AlertSettings settings) {
		this.shards = shards;
		this.touched = touched;
		this.look = look;
		this.settings = settings;
	}

	@Override
	public void start() {
		this.running = true;
		this.work = Flux.fromIterable(this.shards.all())
				.flatMap((shard) -> Flux.interval(this.settings.interval())
						.onBackpressureDrop()
						.concatMap((tick) -> round(shard), 1), this.shards.all().size())
				.subscribe();
	}

	/// Never fails.
	private Mono<Void> round(Shard shard) {
		return batch(shard).repeat()
				.takeUntil((size) -> size < this.settings.batch())
				.then()
				.onErrorResume((error) -> {
					log.warn("Alerts of shard {} wait: {}", shard.number(), Causes.describe(error));
					return Mono.empty();
				});
	}

	private Mono<Integer> batch(Shard shard) {
		return this.touched.claim(shard, this.settings.batch(), this.settings.lease())
				.flatMap((all) -> Flux.fromIterable(all)
						.flatMap((one) -> look(shard, one), this.settings.concurrency())
						.then(Mono.just(all.size())));
	}

	private Mono<Void> look(Shard shard, Touched one) {
		return this.look.of(one).then(this.touched.done(shard, one)).onErrorResume((error) -> {
			log.warn("An alert of the meter {} waits: {}", one.definition(), Causes.describe(error));
			return Mono.empty();
		});
	}

	@Override
	public void stop() {
		this.running = false;
		this.work.dispose();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
