package io.billwright.user.privacy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.portability.ExportSource;
import io.billwright.user.system.Recurring;
import io.billwright.user.system.SystemTransaction;

/// Writes ordered exports: newline-delimited JSON, a line for each thing, `{"type": ..., "data": ...}`, as the API
/// shows it. A file is written in one transaction of its organization, so half a file is never seen.
@Configuration(proxyBeanMethods = false)
class WriteExport {

	private static final Logger logger = LoggerFactory.getLogger(WriteExport.class);

	@Bean
	Recurring exportWriter(Exports exports, List<ExportSource> sources, SystemTransaction system,
			TransactionalOperator transaction, JsonMapper mapper, ExportSettings settings) {
		Mono<Void> work = Mono.defer(exports::take)
				.as(system::transactional)
				.flatMap((export) -> write(export, exports, sources, mapper, settings).as(transaction::transactional)
						.contextWrite(new Tenant(export.organization().value(), true).bind())
						.onErrorResume(Exception.class, (failure) -> {
							logger.warn("Export {} failed in attempt {}", export.id(), export.attempts(), failure);
							return exports.fail(export).as(system::transactional);
						}));
		return new Recurring("Writing exports", settings.pause(), work);
	}

	private static Mono<Void> write(Export export, Exports exports, List<ExportSource> sources, JsonMapper mapper,
			ExportSettings settings) {
		AtomicInteger ordinal = new AtomicInteger();
		AtomicLong size = new AtomicLong();
		return Flux.fromIterable(sources)
				.concatMap((source) -> pages(source).map((page) -> lines(source.type(), page, mapper)))
				.filter((part) -> !part.isEmpty())
				.doOnNext((part) -> requireRoom(size.addAndGet(part.getBytes(StandardCharsets.UTF_8).length), settings))
				.concatMap((part) -> exports.append(export.id(), ordinal.getAndIncrement(), part), 1)
				.then(Mono.defer(() -> exports.finish(export.id(), size.get())));
	}

	private static Flux<Page<?>> pages(ExportSource source) {
		return page(source, new PageRequest(PageRequest.MAX_LIMIT, null, false))
				.expand((page) -> (page.nextCursor() == null)
						? Mono.empty()
						: page(source, new PageRequest(PageRequest.MAX_LIMIT, Cursor.parse(page.nextCursor()), false)));
	}

	private static Mono<Page<?>> page(ExportSource source, PageRequest request) {
		return source.pages().apply(request).map((page) -> page);
	}

	private static String lines(String type, Page<?> page, JsonMapper mapper) {
		return page.data()
				.stream()
				.map((data) -> mapper.writeValueAsString(new Line(type, data)) + "\n")
				.collect(Collectors.joining());
	}

	private static void requireRoom(long bytes, ExportSettings settings) {
		if (bytes > settings.size().toBytes()) {
			throw new IllegalStateException("The file is larger than billwright.users.exports.size=" + settings.size());
		}
	}

	private record Line(String type, Object data) {}

}
