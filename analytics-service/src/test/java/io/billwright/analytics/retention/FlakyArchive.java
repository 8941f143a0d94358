package io.billwright.analytics.retention;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Predicate;

/// An archive that fails where a test says so.
final class FlakyArchive implements Archive {

	/// A byte behind the header of gzip, which every file has.
	private static final int FLIPPED = 15;

	private final Archive archive;

	private volatile String broken = "";

	private volatile Predicate<String> names = (name) -> true;

	FlakyArchive(Archive archive) {
		this.archive = archive;
	}

	/// Fails from now on at a step of some objects: `begin`, `write`, `complete`, `open`, `size`; or `flip`s a bit of them.
	void breakAt(String step, Predicate<String> names) {
		this.broken = step;
		this.names = names;
	}

	void repair() {
		this.broken = "";
	}

	private void check(String step, String name) throws IOException {
		if (is(step, name)) {
			throw new IOException("broken at " + step);
		}
	}

	private boolean is(String step, String name) {
		return this.broken.equals(step) && this.names.test(name);
	}

	@Override
	public Upload begin(String name) throws IOException {
		check("begin", name);
		Upload upload = this.archive.begin(name);
		OutputStream stream = new FilterOutputStream(upload.stream()) {

			private long written;

			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				check("write", name);
				byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
				if (is("flip", name) && this.written <= FLIPPED && this.written + length > FLIPPED) {
					copy[(int) (FLIPPED - this.written)] ^= 1;
				}
				this.written += length;
				this.out.write(copy);
			}

		};
		return new Upload() {

			@Override
			public OutputStream stream() {
				return stream;
			}

			@Override
			public void complete() throws IOException {
				check("complete", name);
				upload.complete();
			}

			@Override
			public void abort() throws IOException {
				upload.abort();
			}

		};
	}

	@Override
	public InputStream open(String name) throws IOException {
		check("open", name);
		return this.archive.open(name);
	}

	@Override
	public long size(String name) throws IOException {
		check("size", name);
		return this.archive.size(name);
	}

}
