package io.billwright.analytics.retention;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class RetentionConfiguration {

	/// A month that is archived or restored has one thread at a time; a command and the schedule may be at it.
	private static final int THREADS = 2;

	private static final int QUEUE = 100;

	@Bean(destroyMethod = "dispose")
	Scheduler archiveScheduler() {
		return Schedulers.newBoundedElastic(THREADS, QUEUE, "usage-archive");
	}

	@Bean
	Archive usageArchive(RetentionSettings settings) {
		String archive = settings.archive();
		if (archive == null || !settings.isArchiving()) {
			return new NoArchive();
		}
		return S3Archive.isNamed(archive)
				? S3Archive.of(archive, settings.s3())
				: new DirectoryArchive(Path.of(archive));
	}

	@Bean
	MonthFiles monthFiles(Archive archive, JsonMapper json, Scheduler archiveScheduler) {
		return new MonthFiles(archive, json, archiveScheduler);
	}

	/// Where nothing is archived.
	private static final class NoArchive implements Archive {

		@Override
		public Upload begin(String name) throws IOException {
			throw missing();
		}

		@Override
		public InputStream open(String name) throws IOException {
			throw missing();
		}

		@Override
		public long size(String name) throws IOException {
			throw missing();
		}

		private static IOException missing() {
			return new IOException("billwright.usage.retention.archive is not set");
		}

	}

}
