package io.billwright.platform.test;

import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.reactivestreams.Publisher;
import reactor.test.StepVerifier;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/// What keeps the house in shape, each rule with its reason. A service has one test with one line:
/// `ArchitectureRules.check("io.billwright.invoice")`.
public final class ArchitectureRules {

	private static final Set<String> BLOCKING_OPERATORS = Set.of("block", "blockFirst", "blockLast", "blockOptional",
			"toIterable", "toStream");

	private static final Pattern AMOUNT = Pattern
			.compile("(?i).*(amount|price|total|tax|money|balance|gross|discount|cost|fee)");

	/// Main code never waits on a thread.
	public static final ArchRule NOTHING_BLOCKS = noClasses().should()
			.callMethodWhere(call("a blocking operator of Reactor",
					(call) -> isCallOn(call, Publisher.class, BLOCKING_OPERATORS)))
			.orShould()
			.callMethodWhere(call("Future.get or join", (call) -> isCallOn(call, Future.class, Set.of("get", "join"))))
			.orShould()
			.callMethod(Thread.class, "sleep", long.class)
			.orShould()
			.callMethod(Thread.class, "sleep", java.time.Duration.class)
			.because(
					"a thread that waits is an event loop that serves nobody; stay in the chain, or put a blocking library "
							+ "behind one adapter on a bounded scheduler");

	/// Nobody subscribes in the middle of a chain.
	public static final ArchRule ONLY_LIFECYCLES_SUBSCRIBE = noClasses()
			.that(not(resideInAnyPackage("..messaging..", "..caching..")).and(not(ownsItsLifecycle())))
			.should()
			.callMethodWhere(call("subscribe", (call) -> isCallOn(call, Publisher.class, Set.of("subscribe"))))
			.because(
					"a subscription of its own loses the tenant, the trace, errors and cancellation; return the publisher, "
							+ "or own a lifecycle (SmartLifecycle) that ends what it began");

	/// Time is a parameter.
	public static final ArchRule TIME_COMES_FROM_A_CLOCK = noClasses().should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.callMethodWhere(call("now() without a clock", ArchitectureRules::isNowWithoutClock))
			.orShould()
			.callConstructor(Date.class)
			.because("time that comes from nowhere cannot be tested; inject a Clock or take an Instant");

	/// The old calendar stays at the border.
	public static final ArchRule NO_OLD_DATES = noFields().should()
			.haveRawType(Date.class)
			.orShould()
			.haveRawType("java.text.SimpleDateFormat")
			.orShould()
			.haveRawType("java.util.Calendar")
			.because(
					"java.util.Date is mutable and SimpleDateFormat is not safe for threads; keep an Instant and convert "
							+ "where a library wants a Date");

	/// Money is exact.
	public static final ArchRule MONEY_IS_EXACT = noFields().that(describe("are amounts", ArchitectureRules::isAmount))
			.should()
			.haveRawType(describe("binary floating point",
					(type) -> type.isEquivalentTo(double.class) || type.isEquivalentTo(float.class)
							|| type.isEquivalentTo(Double.class) || type.isEquivalentTo(Float.class)))
			.because("0.1 + 0.2 is not 0.3; money is a long of minor units, or a BigDecimal, with a currency");

	/// Names say what a class is for. A transaction manager is what Spring calls the thing.
	public static final ArchRule NAMES_SAY_SOMETHING = noClasses().should()
			.haveNameMatching(".*(Utils?|Helper|(?<!Transaction)Manager|Impl)")
			.because("such a name says nothing about the job; name the concept and put the code with its owner");

	/// Adapters are nobody's business.
	public static final ArchRule ADAPTERS_ARE_PRIVATE = classes().that()
			.haveSimpleNameEndingWith("Controller")
			.or()
			.haveSimpleNameEndingWith("Row")
			.or()
			.haveSimpleNameStartingWith("R2dbc")
			.should()
			.notBePublic()
			.because("controllers, rows and stores are details of their feature; neighbours use its domain types");

	/// The domain can be read without knowing a framework. Domain types are top-level records, enums and
	/// failures whose name does not say that they are an adapter's.
	public static final ArchRule DOMAIN_KNOWS_NO_FRAMEWORK = noClasses()
			.that(describe("are domain types", ArchitectureRules::isDomainType))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "tools.jackson..", "com.fasterxml.jackson..", "io.r2dbc..",
					"org.apache.kafka..", "reactor.kafka..")
			.because("billing rules outlive frameworks; web, JSON and tables have types of their own");

	/// Features form no circles.
	public static final ArchRule NO_CYCLES = slices().matching("io.billwright.(*).(**)")
			.should()
			.beFreeOfCycles()
			.because("features in a circle can only be understood, tested and removed together");

	/// Tests end.
	public static final ArchRule TESTS_HAVE_A_TIME_LIMIT = noClasses().should()
			.callMethodWhere(call("a verification without a limit", ArchitectureRules::isUnlimitedVerification))
			.because(
					"it can wait for ever; end with expectComplete().verify(Duration) or expectError(..).verify(Duration)");

	private static final List<ArchRule> MAIN = List.of(NOTHING_BLOCKS, ONLY_LIFECYCLES_SUBSCRIBE,
			TIME_COMES_FROM_A_CLOCK, NO_OLD_DATES, MONEY_IS_EXACT, NAMES_SAY_SOMETHING, ADAPTERS_ARE_PRIVATE,
			DOMAIN_KNOWS_NO_FRAMEWORK, NO_CYCLES);

	private static final List<ArchRule> TESTS = List.of(TESTS_HAVE_A_TIME_LIMIT, NAMES_SAY_SOMETHING);

	private ArchitectureRules() {
	}

	/// Checks the classes of a package and below, main and test.
	///
	/// @throws AssertionError with every violation of the first rule that is violated
	public static void check(String basePackage) {
		check(new ClassFileImporter().importPackages(basePackage));
	}

	/// Checks main classes against the rules of main code and test classes against those of tests.
	///
	/// @throws AssertionError with every violation of the first rule that is violated
	public static void check(JavaClasses classes) {
		DescribedPredicate<JavaClass> tests = describe("tests", ArchitectureRules::isTest);
		MAIN.forEach((rule) -> rule.allowEmptyShould(true).check(classes.that(not(tests))));
		TESTS.forEach((rule) -> rule.allowEmptyShould(true).check(classes.that(tests)));
	}

	private static boolean isTest(JavaClass type) {
		return type.getSource().filter((source) -> source.getUri().toString().contains("/test-classes/")).isPresent();
	}

	private static DescribedPredicate<JavaCall<?>> call(String description,
			java.util.function.Predicate<JavaCall<?>> predicate) {
		return describe(description, predicate);
	}

	private static boolean isCallOn(JavaCall<?> call, Class<?> owner, Set<String> names) {
		return names.contains(call.getTarget().getName()) && call.getTarget().getOwner().isAssignableTo(owner);
	}

	private static boolean isNowWithoutClock(JavaCall<?> call) {
		return call.getTarget().getName().equals("now")
				&& call.getTarget().getOwner().getPackageName().equals("java.time")
				&& call.getTarget().getRawParameterTypes().stream().noneMatch((type) -> type.isEquivalentTo(
						java.time.Clock.class));
	}

	private static boolean isUnlimitedVerification(JavaCall<?> call) {
		JavaClass owner = call.getTarget().getOwner();
		return (owner.isAssignableTo(StepVerifier.class) || owner.isAssignableTo(StepVerifier.LastStep.class))
				&& call.getTarget().getName().startsWith("verify") && !call.getTarget().getName().equals("verifyLater")
				&& call.getTarget().getRawParameterTypes().stream().noneMatch((type) -> type.isEquivalentTo(
						java.time.Duration.class));
	}

	private static boolean isAmount(JavaField field) {
		return AMOUNT.matcher(field.getName()).matches();
	}

	private static DescribedPredicate<JavaClass> ownsItsLifecycle() {
		DescribedPredicate<JavaClass> lifecycle = assignableTo("org.springframework.context.SmartLifecycle");
		return describe("own their lifecycle", (type) -> lifecycle.test(type)
				|| type.getEnclosingClass().filter(lifecycle).isPresent());
	}

	private static boolean isDomainType(JavaClass type) {
		boolean data = type.isRecord() || type.isEnum() || type.getSimpleName().endsWith("Failure");
		return data && type.isTopLevelClass() && !type.getPackageName().startsWith("io.billwright.platform")
				&& !type.getSimpleName().startsWith("R2dbc")
				&& !type.getSimpleName()
						.matches(".*(Controller|Row|Settings|View|Request|Configuration|Listener|Client|Application)");
	}

}
