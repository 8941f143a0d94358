package io.billwright.analytics.retention;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Where objects are kept under names such as `shard-0/2025-08-019ae0c1-5d2f-7c11-9d0c-2a4b6c8d0e1f.json`. Everything here blocks.
interface Archive {

	/// Begins an object that nobody sees before it is whole.
	Upload begin(String name) throws IOException;

	/// Reads a whole object.
	InputStream open(String name) throws IOException;

	/// How many bytes an object has.
	long size(String name) throws IOException;

	/// An object that is being written.
	interface Upload {

		/// Takes its bytes.
		OutputStream stream();

		/// Returns when the object is whole and will survive a loss of power.
		void complete() throws IOException;

		/// Leaves nothing behind.
		void abort() throws IOException;

	}

}
