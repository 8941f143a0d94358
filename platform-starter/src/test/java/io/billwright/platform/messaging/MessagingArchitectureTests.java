package io.billwright.platform.messaging;

import java.nio.file.Path;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import reactor.kafka.sender.internals.DefaultKafkaSender;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

class MessagingArchitectureTests {

	private static final ArchRule ONE_PACKAGE_KNOWS_REACTOR_KAFKA = noClasses().that()
			.resideOutsideOfPackage("io.billwright.platform.messaging")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("reactor.kafka..")
			.because("its project is discontinued: what replaces it one day must have one place to do so (ADR 1)");

	@Test
	void reactorKafkaWhenUsedThenByThisPackageAlone() {
		ONE_PACKAGE_KNOWS_REACTOR_KAFKA.check(new ClassFileImporter().importPath(Path.of("target/classes")));
	}

	@Test
	void ruleWhenAnotherPackageUsesItThenFails() {
		JavaClasses itself = new ClassFileImporter().importClasses(DefaultKafkaSender.class);
		assertThat(ONE_PACKAGE_KNOWS_REACTOR_KAFKA.evaluate(itself).hasViolation()).isTrue();
	}

}
