package io.billwright.invoice.publishing;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.contracts.PaymentSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.invoice.payment.Payment;
import io.billwright.invoice.payment.PaymentPublisher;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;

/// Tells other services about payments, through the outbox.
@Component
class PublishPayments implements PaymentPublisher {

	private static final int ONLY_VERSION = 1;

	private final Outbox outbox;

	PublishPayments(Outbox outbox) {
		this.outbox = outbox;
	}

	@Override
	public Mono<Void> publishRecorded(Payment payment) {
		return this.outbox
				.record(new OutboxEvent(Topics.PAYMENTS, "payment.recorded", payment.id(), toSnapshot(payment)));
	}

	static PaymentSnapshot toSnapshot(Payment payment) {
		return new PaymentSnapshot(payment.id().text(), ONLY_VERSION, payment.invoice().text(),
				payment.customer().text(), PublishInvoices.toAmount(payment.amount()), payment.method().code(),
				payment.reference(), payment.receivedOn(), payment.createdAt());
	}

}
