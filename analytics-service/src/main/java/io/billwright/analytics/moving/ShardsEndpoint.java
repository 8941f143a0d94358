package io.billwright.analytics.moving;

import java.util.List;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The shards on the management port, with what each has to carry.
@Component
@Endpoint(id = "shards")
class ShardsEndpoint {

	private final ShardLoads loads;

	ShardsEndpoint(ShardLoads loads) {
		this.loads = loads;
	}

	@ReadOperation
	Mono<List<ShardLoads.Load>> loads() {
		return this.loads.measure();
	}

}
