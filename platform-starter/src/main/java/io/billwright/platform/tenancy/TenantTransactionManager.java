package io.billwright.platform.tenancy;

import java.time.Duration;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

import io.billwright.platform.timing.ServerTiming;

/// Begins a transaction and tells PostgreSQL whose it is, before any other statement. The setting is local to the
/// transaction, so a pooled connection never carries it on to the next user.
final class TenantTransactionManager extends R2dbcTransactionManager {

	private static final String SET_TENANT = """
			SELECT set_config('app.organization_id', $1, true), set_config('app.mode', $2, true), \
			set_config('app.system', $3, true)""";

	/// A rollback that takes longer waits for a statement. Shorter than anybody who has left would notice, longer than a
	/// rollback takes by itself.
	private static final Duration ROLLBACK_PATIENCE = Duration.ofMillis(20);

	TenantTransactionManager(ConnectionFactory connectionFactory) {
		super(connectionFactory);
	}

	@Override
	protected Mono<Void> doBegin(TransactionSynchronizationManager synchronization, Object transaction,
			TransactionDefinition definition) {
		return super.doBegin(synchronization, transaction, definition)
				.contextWrite((context) -> GuardedConnectionFactory.open(context, definition.isReadOnly()))
				.doFirst(() -> synchronization.bindResource(transaction, System.nanoTime()));
	}

	/// Who leaves in the middle of a statement leaves it to run: the driver goes on reading its answer, and the rollback waits
	/// for that. So a rollback that is not done soon makes PostgreSQL cancel what it waits for. The connection is not given
	/// back before that has been said, or it could hit the next one's statement. Where it cannot be said, as the database is
	/// down, the rollback tells so by itself.
	@Override
	protected Mono<Void> doRollback(TransactionSynchronizationManager synchronization,
			GenericReactiveTransaction status) {
		return Mono.defer(() -> {
			Sinks.Empty<Void> done = Sinks.empty();
			Mono<Void> cancel = Mono.delay(ROLLBACK_PATIENCE)
					.takeUntilOther(done.asMono())
					.flatMap((tick) -> cancelRunning(synchronization));
			return Mono.whenDelayError(
					super.doRollback(synchronization, status).doFinally((signal) -> done.tryEmitEmpty()),
					cancel);
		});
	}

	private Mono<Void> cancelRunning(TransactionSynchronizationManager synchronization) {
		PostgresqlConnection connection = (synchronization
				.getResource(obtainConnectionFactory()) instanceof ConnectionHolder holder
				&& holder.getConnection() instanceof Wrapped<?> wrapped)
						? wrapped.unwrap(PostgresqlConnection.class)
						: null;
		return (connection != null) ? connection.cancelRequest().onErrorComplete() : Mono.empty();
	}

	@Override
	protected Mono<Void> doCleanupAfterCompletion(TransactionSynchronizationManager synchronization,
			Object transaction) {
		return super.doCleanupAfterCompletion(synchronization, transaction)
				.then(Mono.deferContextual((context) -> tellDuration(synchronization, transaction, context)));
	}

	private Mono<Void> tellDuration(TransactionSynchronizationManager synchronization, Object transaction,
			ContextView context) {
		if (synchronization.unbindResourceIfPossible(transaction) instanceof Long begin) {
			ServerTiming.add(context, "db", System.nanoTime() - begin);
		}
		return Mono.empty();
	}

	@Override
	protected Mono<Void> prepareTransactionalConnection(Connection connection, TransactionDefinition definition) {
		return Mono.deferContextual((context) -> setTenant(connection, context))
				.then(super.prepareTransactionalConnection(connection, definition));
	}

	private static Mono<Void> setTenant(Connection connection, ContextView context) {
		@Nullable
		Tenant tenant = context.<Tenant>getOrEmpty(Tenant.class).orElse(null);
		Statement statement = connection.createStatement(SET_TENANT)
				.bind(0, (tenant != null) ? tenant.organization().toString() : "")
				.bind(1, (tenant != null) ? tenant.mode() : "")
				.bind(2, context.hasKey(SystemScope.class) ? "on" : "");
		return Flux.from(statement.execute()).flatMap((result) -> result.map((row, metadata) -> "set")).then();
	}

}
