package io.billwright.analytics.retention;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.retention.Retention.Command;
import io.billwright.analytics.retention.Retention.Listed;
import io.billwright.analytics.retention.Retention.Operation;
import io.billwright.analytics.retention.Retention.Progress;

/// Retention on the management port: `GET` lists the months of every shard and shows this instance's latest command, `POST`
/// begins one.
@Component
@Endpoint(id = "retention")
class RetentionEndpoint {

	private final Retention retention;

	private final RetentionSettings settings;

	RetentionEndpoint(Retention retention, RetentionSettings settings) {
		this.retention = retention;
		this.settings = settings;
	}

	@ReadOperation
	Mono<RetentionView> list() {
		return this.retention.list()
				.map((months) -> new RetentionView(months.stream().map(MonthView::of).toList(),
						CommandView.of(this.retention.progress())));
	}

	/// Answers at once; the listing shows how far it is.
	///
	/// @param operation `archive`, `drop` or `restore`
	/// @param month as `2025-08`; without it, `archive` is for all months that are due
	/// @param shard its number; all without it
	/// @param unarchived whether `drop` may lose events
	@WriteOperation
	Begun begin(String operation, @Nullable String month, @Nullable Integer shard, @Nullable Boolean unarchived) {
		Command command = new Command(operation(operation), (month != null) ? month(month) : null, shard,
				Boolean.TRUE.equals(unarchived));
		if (command.operation() != Operation.ARCHIVE && command.month() == null) {
			throw refused(operation + " needs a month");
		}
		if (command.operation() != Operation.DROP && !this.settings.isArchiving()) {
			throw refused("billwright.usage.retention.archive is not set");
		}
		return new Begun(this.retention.begin(command));
	}

	private static Operation operation(String text) {
		return switch (text) {
			case "archive" -> Operation.ARCHIVE;
			case "drop" -> Operation.DROP;
			case "restore" -> Operation.RESTORE;
			default -> throw refused("operation must be archive, drop or restore");
		};
	}

	private static YearMonth month(String text) {
		try {
			return YearMonth.parse(text);
		}
		catch (DateTimeException ex) {
			throw refused("month must be like 2025-08");
		}
	}

	private static InvalidEndpointRequestException refused(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

	/// @param begun false while a command is under way on this instance
	record Begun(boolean begun) {}

	record RetentionView(List<MonthView> months, CommandView command) {}

	/// @param events exact of months that are archived, an estimate of others
	/// @param bytes on disk, or of the archive
	/// @param due whether its events should have gone
	record MonthView(int shard, String month, String state, @Nullable Long events, @Nullable Long bytes, boolean due,
			boolean changed, @Nullable String archive, @Nullable Instant since, @Nullable Instant keptUntil) {

		static MonthView of(Listed listed) {
			UsageMonth month = listed.month();
			return new MonthView(listed.shard(), month.month().toString(),
					month.state().name().toLowerCase(Locale.ROOT), month.events(), month.bytes(), listed.due(),
					month.changed(), month.archive(), month.since(), month.keptUntil());
		}

	}

	/// @param state `none`, `running`, `completed` or `failed`
	/// @param error why it failed
	record CommandView(String state, @Nullable String operation, @Nullable String month, @Nullable Integer shard,
			long events, @Nullable String error, @Nullable Instant startedAt, @Nullable Instant endedAt) {

		static CommandView of(Progress progress) {
			Command command = progress.command();
			return new CommandView(progress.state(),
					(command != null) ? command.operation().name().toLowerCase(Locale.ROOT) : null,
					(command != null && command.month() != null) ? command.month().toString() : null,
					(command != null) ? command.shard() : null, progress.events(), progress.error(),
					progress.startedAt(), progress.endedAt());
		}

	}

}
