package io.billwright.platform.lifecycle;

import java.time.Duration;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/// Keeps the doors open for a while after readiness has turned to "refusing traffic".
///
/// Spring Boot flips readiness first and only then stops the beans, highest phase first. This one has the highest, so
/// the web server and the consumers go on until the load balancer has had time to look, and clients to leave.
final class DrainBeforeStop implements SmartLifecycle {

	private final Duration delay;

	private final Farewell farewell;

	private volatile boolean running;

	DrainBeforeStop(Duration delay, Farewell farewell) {
		this.delay = delay;
		this.farewell = farewell;
	}

	@Override
	public void start() {
		this.farewell.revoke();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public void stop(Runnable callback) {
		stop();
		this.farewell.say();
		Mono.delay(this.delay).subscribe((tick) -> callback.run());
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
