package io.billwright.analytics.allowance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.r2dbc.pool.ConnectionPool;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

import io.billwright.analytics.counting.Counting;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;

/// Hears of changes in the service's own database and in each shard, whichever instance commits them.
@Component
class Changes implements SmartLifecycle {

	private static final int BEATS_PER_STALENESS = 4;

	private final ChangeBoard board = new ChangeBoard();

	private final ChangeLink main;

	private final List<ChangeLink> shards;

	private Disposable work = Disposables.disposed();

	private volatile boolean running;

	Changes(ConnectionPool pool, Shards shards, Counting counting, AllowanceSettings settings) {
		this.main = new ChangeLink("the database", pool.unwrap(), this.board, Optional::empty,
				settings.staleness().dividedBy(BEATS_PER_STALENESS));
		this.shards = shards.all()
				.stream()
				.map((shard) -> new ChangeLink("shard " + shard.number(), shard.connections(), this.board,
						() -> counting.countedUntil(shard.number()),
						settings.staleness().dividedBy(BEATS_PER_STALENESS)))
				.toList();
	}

	ChangeBoard board() {
		return this.board;
	}

	ChangeLink main() {
		return this.main;
	}

	ChangeLink of(Shard shard) {
		return this.shards.get(shard.number());
	}

	@Override
	public void start() {
		this.running = true;
		List<ChangeLink> all = new ArrayList<>(this.shards);
		all.add(this.main);
		this.work = Flux.fromIterable(all).flatMap(ChangeLink::listen, all.size()).subscribe();
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
