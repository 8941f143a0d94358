package io.billwright.user.system;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;

/// A transaction that sees every organization's users, memberships and credentials. Always one of its own: a running
/// transaction is bound to its organization already.
@Component
public class SystemTransaction {

	private final TransactionalOperator operator;

	private final DatabaseClient client;

	SystemTransaction(ReactiveTransactionManager transactionManager, DatabaseClient client) {
		this.client = client;
		this.operator = TransactionalOperator.create(transactionManager,
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
	}

	/// Runs the work in one transaction.
	public <T> Mono<T> transactional(Mono<T> work) {
		return this.operator.transactional(work).contextWrite(SystemScope.bind());
	}

	/// Runs the work in one transaction.
	public <T> Flux<T> transactional(Flux<T> work) {
		return this.operator.transactional(work).contextWrite(SystemScope.bind());
	}

	/// Inside of such a transaction: writes on behalf of one organization, which a trail or an event belongs to. From
	/// here on the transaction is that organization's, until another one's turn comes.
	public <T> Mono<T> onBehalfOf(OrganizationId organization, Mono<T> work) {
		Tenant tenant = new Tenant(organization.value(), true);
		return this.client.sql("SELECT set_config('app.organization_id', :organization, true)")
				.bind("organization", organization.value().toString())
				.then()
				.then(work)
				.contextWrite(tenant.bind());
	}

}
