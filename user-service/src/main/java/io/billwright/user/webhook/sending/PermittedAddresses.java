package io.billwright.user.webhook.sending;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import io.netty.channel.EventLoop;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.NameResolver;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;

/// Looks names up for a client that may call [Networks] only. It is asked for every connection and what it answers is what
/// is connected to, so a name cannot lead elsewhere a moment after it was checked (DNS rebinding). An address that stands in
/// the URL itself is checked as well.
final class PermittedAddresses extends DnsAddressResolverGroup {

	private final Networks networks;

	PermittedAddresses(DnsNameResolverBuilder builder, Networks networks) {
		super(builder);
		this.networks = networks;
	}

	@Override
	protected AddressResolver<InetSocketAddress> newAddressResolver(EventLoop eventLoop,
			NameResolver<InetAddress> resolver) {
		return new Checking(eventLoop, resolver);
	}

	/// The address is not one that may be called.
	static final class AddressRefused extends IOException {

		private static final long serialVersionUID = 1;

		AddressRefused() {
			super("The address is not public");
		}

	}

	private final class Checking extends AbstractAddressResolver<InetSocketAddress> {

		private final NameResolver<InetAddress> names;

		Checking(EventLoop eventLoop, NameResolver<InetAddress> names) {
			super(eventLoop, InetSocketAddress.class);
			this.names = names;
		}

		/// Never: whatever counts as resolved would not be checked.
		@Override
		protected boolean doIsResolved(InetSocketAddress address) {
			return false;
		}

		@Override
		protected void doResolve(InetSocketAddress address, Promise<InetSocketAddress> promise) {
			resolveAll(address).addListener((FutureListener<List<InetSocketAddress>>) (all) -> {
				if (all.isSuccess()) {
					promise.trySuccess(all.getNow().getFirst());
				}
				else {
					promise.tryFailure(all.cause());
				}
			});
		}

		@Override
		protected void doResolveAll(InetSocketAddress address, Promise<List<InetSocketAddress>> promise) {
			if (!address.isUnresolved()) {
				answer(List.of(address.getAddress()), address.getPort(), promise);
				return;
			}
			this.names.resolveAll(address.getHostString())
					.addListener((FutureListener<List<InetAddress>>) (found) -> {
						if (found.isSuccess()) {
							answer(found.getNow(), address.getPort(), promise);
						}
						else {
							promise.tryFailure(found.cause());
						}
					});
		}

		private void answer(List<InetAddress> found, int port, Promise<List<InetSocketAddress>> promise) {
			List<InetSocketAddress> permitted = found.stream()
					.filter(PermittedAddresses.this.networks::permit)
					.map((address) -> new InetSocketAddress(address, port))
					.toList();
			if (permitted.isEmpty()) {
				promise.tryFailure(new AddressRefused());
			}
			else {
				promise.trySuccess(permitted);
			}
		}

		@Override
		public void close() {
			this.names.close();
		}

	}

}
