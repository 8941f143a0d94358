package io.billwright.local.demo;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/// A bar for one stage of the work, drawn over itself on a terminal and once at the end elsewhere.
final class Progress {

	private static final int WIDTH = 40;

	private final PrintStream out;

	private final boolean terminal;

	private final String stage;

	private final int goal;

	private final AtomicInteger done = new AtomicInteger();

	Progress(PrintStream out, boolean terminal, String stage, int goal) {
		this.out = out;
		this.terminal = terminal;
		this.stage = stage;
		this.goal = goal;
		draw(0);
	}

	void step() {
		draw(this.done.incrementAndGet());
	}

	void finish() {
		draw(this.goal);
		this.out.println(this.terminal ? "" : bar(this.goal));
	}

	private synchronized void draw(int now) {
		if (this.terminal) {
			this.out.print('\r' + bar(now));
			this.out.flush();
		}
	}

	private String bar(int now) {
		int filled = (this.goal == 0) ? WIDTH : (int) ((long) WIDTH * now / this.goal);
		return "%-22s [%s%s] %d/%d".formatted(this.stage, "#".repeat(filled), "-".repeat(WIDTH - filled), now,
				this.goal);
	}

}
