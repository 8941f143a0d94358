package io.billwright.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Documents and sources keep their promises to each other.
class TidyTests {

	private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|mailto:|#)([^)#\\s]+)(#[^)]*)?\\)");

	private static final Pattern FENCE = Pattern.compile("(?s)```.*?```");

	private static final Pattern CODE = Pattern
			.compile(
					"super\\((?:Kind\\.[A-Z_]+,\\s*)?\"([a-z][a-z0-9_]+)\"|new Unavailable\\(\\s*\"([a-z][a-z0-9_]+)\"");

	private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|");

	@Test
	void documentWhenItLinksThenTheTargetExists() {
		List<String> broken = new ArrayList<>();
		for (Path document : Project.files(".md")) {
			Matcher link = LINK.matcher(FENCE.matcher(Project.read(document)).replaceAll(""));
			while (link.find()) {
				if (!Files.exists(document.resolveSibling(link.group(1)))) {
					broken.add(Project.ROOT.relativize(document) + " -> " + link.group(1));
				}
			}
		}
		assertThat(broken).isEmpty();
	}

	@Test
	void documentWhenReadThenItHasOneTitle() {
		assertThat(Project.files(".md")).allSatisfy((document) -> assertThat(
				FENCE.matcher(Project.read(document)).replaceAll("").lines().filter((line) -> line.startsWith("# ")))
				.as(document.toString())
				.hasSize(1));
	}

	@Test
	void sourceWhenReadThenNothingIsLeftForLater() {
		Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X:)");
		assertThat(Project.files(".java")).allSatisfy(
				(source) -> assertThat(later.matcher(Project.read(source)).find()).as(source.toString()).isFalse());
	}

	@Test
	void failureWhenItHasACodeThenItIsDocumented() {
		assertThat(documented()).containsAll(codes());
	}

	@Test
	void decisionWhenRecordedThenItIsInTheIndex() {
		String index = Project.read(Project.ROOT.resolve("docs/adr/README.md"));
		assertThat(Project.files(".md").stream().filter((file) -> file.getParent().endsWith("docs/adr")))
				.allSatisfy((record) -> assertThat(
						record.endsWith("README.md") || index.contains("(" + record.getFileName() + ")"))
						.as(record.toString())
						.isTrue());
	}

	private static Set<String> documented() {
		Set<String> codes = new TreeSet<>();
		Matcher row = DOCUMENTED.matcher(Project.read(Project.ROOT.resolve("docs/reference/errors.md")));
		while (row.find()) {
			codes.add(row.group(1));
		}
		return codes;
	}

	private static Set<String> codes() {
		Set<String> codes = new TreeSet<>();
		for (Path source : Project.files("Failure.java")) {
			Matcher code = CODE.matcher(Project.read(source));
			while (code.find()) {
				codes.add((code.group(1) != null) ? code.group(1) : code.group(2));
			}
		}
		assertThat(codes).hasSizeGreaterThan(30);
		return codes;
	}

}
