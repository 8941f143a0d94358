package io.billwright.gateway.upstream;

import java.net.InetAddress;
import java.util.List;

import reactor.core.publisher.Mono;

/// What the names of hosts mean at the moment.
@FunctionalInterface
interface Names {

	/// The addresses of a host, at least one. Cold; fails where there is none.
	Mono<List<InetAddress>> resolve(String host);

}
