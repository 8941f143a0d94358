package io.billwright.invoice.payment;

import reactor.core.publisher.Mono;

/// Tells other services about payments.
public interface PaymentPublisher {

	/// Records, in the current transaction, that a payment was recorded.
	Mono<Void> publishRecorded(Payment payment);

}
