package io.billwright.platform.messaging;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;

import io.billwright.platform.messaging.Things.Thing;

@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class MessagingTestApplication {

	@Bean
	Things things(DatabaseClient database, TransactionalOperator transaction, Outbox outbox) {
		return new Things(database, transaction, outbox);
	}

	@Bean
	Subscription<Thing> hearing(Things things) {
		return Subscription.of(Things.TOPIC, Thing.class, things::hear);
	}

}
