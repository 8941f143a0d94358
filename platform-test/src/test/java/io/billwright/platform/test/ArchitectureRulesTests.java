package io.billwright.platform.test;

import java.util.Arrays;
import java.util.stream.Stream;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.billwright.violation.Violations;
import io.billwright.violation.first.First;
import io.billwright.violation.second.Second;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/// A rule that cannot fail protects nothing: each is shown a deliberate violation.
class ArchitectureRulesTests {

	static Stream<Arguments> violations() {
		return Stream.of(Arguments.of(ArchitectureRules.NOTHING_BLOCKS, Violations.Blocks.class),
				Arguments.of(ArchitectureRules.NOTHING_BLOCKS, Violations.Waits.class),
				Arguments.of(ArchitectureRules.NOTHING_BLOCKS, Violations.Sleeps.class),
				Arguments.of(ArchitectureRules.ONLY_LIFECYCLES_SUBSCRIBE, Violations.Subscribes.class),
				Arguments.of(ArchitectureRules.TIME_COMES_FROM_A_CLOCK, Violations.ReadsTheWall.class),
				Arguments.of(ArchitectureRules.TIME_COMES_FROM_A_CLOCK, Violations.ReadsTheMillis.class),
				Arguments.of(ArchitectureRules.NO_OLD_DATES, Violations.KeepsADate.class),
				Arguments.of(ArchitectureRules.MONEY_IS_EXACT, Violations.FloatingMoney.class),
				Arguments.of(ArchitectureRules.NAMES_SAY_SOMETHING, Violations.NothingHelper.class),
				Arguments.of(ArchitectureRules.ADAPTERS_ARE_PRIVATE, fixture("InvoiceController")),
				Arguments.of(ArchitectureRules.DOMAIN_KNOWS_NO_FRAMEWORK, fixture("FrameworkInvoice")),
				Arguments.of(ArchitectureRules.TESTS_HAVE_A_TIME_LIMIT, Violations.UnlimitedTest.class));
	}

	static Stream<Arguments> goodExamples() {
		return Stream.of(Arguments.of(ArchitectureRules.NOTHING_BLOCKS, Violations.Chains.class),
				Arguments.of(ArchitectureRules.ONLY_LIFECYCLES_SUBSCRIBE, Violations.SubscribesInItsLifecycle.class),
				Arguments.of(ArchitectureRules.TIME_COMES_FROM_A_CLOCK, Violations.ReadsAClock.class),
				Arguments.of(ArchitectureRules.MONEY_IS_EXACT, fixture("PlainInvoice")),
				Arguments.of(ArchitectureRules.ADAPTERS_ARE_PRIVATE, fixture("PrivateController")),
				Arguments.of(ArchitectureRules.DOMAIN_KNOWS_NO_FRAMEWORK, fixture("PlainInvoice")),
				Arguments.of(ArchitectureRules.TESTS_HAVE_A_TIME_LIMIT, Violations.LimitedTest.class));
	}

	@ParameterizedTest
	@MethodSource("violations")
	void ruleWhenViolatedThenFailsWithItsReason(ArchRule rule, Class<?> violation) {
		EvaluationResult result = evaluate(rule, violation);
		assertThat(result.hasViolation()).isTrue();
		assertThat(result.getFailureReport().toString()).contains(violation.getSimpleName()).contains("because");
	}

	@ParameterizedTest
	@MethodSource("goodExamples")
	void ruleWhenKeptThenPasses(ArchRule rule, Class<?> example) {
		assertThat(evaluate(rule, example).hasViolation()).isFalse();
	}

	@Test
	void packagesWhenInACircleThenFail() {
		assertThat(evaluate(ArchitectureRules.NO_CYCLES, First.class, Second.class).hasViolation()).isTrue();
		assertThat(evaluate(ArchitectureRules.NO_CYCLES, First.class).hasViolation()).isFalse();
	}

	@Test
	void checkWhenATestHasNoTimeLimitThenFails() {
		assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> ArchitectureRules
						.check(new ClassFileImporter().importClasses(Violations.UnlimitedTest.class)))
				.withMessageContaining("it can wait for ever");
	}

	@Test
	void checkWhenMainCodeSleepsThenFails() {
		// The kit itself is main code of this module, and it waits for its servers.
		assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> ArchitectureRules.check("io.billwright.platform.test.servers"))
				.withMessageContaining("event loop that serves nobody");
	}

	@Test
	void checkWhenTestsBlockThenPasses() {
		assertThatNoException()
				.isThrownBy(
						() -> ArchitectureRules.check(new ClassFileImporter().importClasses(Violations.Blocks.class)));
	}

	private static EvaluationResult evaluate(ArchRule rule, Class<?>... classes) {
		return rule.allowEmptyShould(true).evaluate(new ClassFileImporter().importClasses(Arrays.asList(classes)));
	}

	private static Class<?> fixture(String simpleName) {
		try {
			return Class.forName("io.billwright.violation." + simpleName);
		}
		catch (ClassNotFoundException exception) {
			throw new IllegalStateException(exception);
		}
	}

}
