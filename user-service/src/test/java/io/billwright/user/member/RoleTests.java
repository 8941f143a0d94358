package io.billwright.user.member;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RoleTests {

	private static final Path PAGE = Path.of("..", "docs", "reference", "permissions.md");

	@Test
	void readOnlyWhenAskedThenWritesNothing() {
		assertThat(Role.READ_ONLY.permissions())
				.allSatisfy((permission) -> assertThat(permission.scope()).endsWith(":read"));
	}

	@Test
	void permissionWhenItsNameHasTwoWordsThenOnlyTheLastIsTheVerb() {
		assertThat(Permission.API_KEYS_WRITE.scope()).isEqualTo("api_keys:write");
		assertThat(Permission.exists("api_keys:write")).isTrue();
		assertThat(Permission.exists("api:keys_write")).isFalse();
	}

	@Test
	void roleWhenItPermitsMoreThanTheGiverHasThenCannotBeGiven() {
		Set<String> billing = scopes(Role.BILLING);
		assertThatExceptionOfType(MemberFailure.RoleNotGrantable.class)
				.isThrownBy(() -> Role.DEVELOPER.requireGrantable(billing, "billing"));
		assertThatCode(() -> Role.READ_ONLY.requireGrantable(billing, "billing")).doesNotThrowAnyException();
	}

	@Test
	void ownerWhenGivenByAnybodyElseThenIsRefused() {
		Set<String> all = scopes(Role.OWNER);
		assertThatExceptionOfType(MemberFailure.RoleNotGrantable.class)
				.isThrownBy(() -> Role.OWNER.requireGrantable(all, "admin"));
		assertThatExceptionOfType(MemberFailure.RoleNotGrantable.class)
				.isThrownBy(() -> Role.OWNER.requireGrantable(all, null));
		assertThatCode(() -> Role.OWNER.requireGrantable(all, "owner")).doesNotThrowAnyException();
	}

	/// To write the table anew, copy it from this test's failure.
	@Test
	void tableWhenPublishedThenIsTheOneThatHolds() throws IOException {
		assertThat(Files.readString(PAGE)).contains(table());
	}

	@Test
	void publishableScopesWhenPublishedThenAreThoseThatHold() throws IOException {
		assertThat(Files.readString(PAGE)).contains(Stream.of(Permission.values())
				.map(Permission::scope)
				.filter(Permission::isPublishable)
				.collect(Collectors.joining("`, `", "A publishable key may have `", "` and nothing else")));
	}

	private static String table() {
		String head = Stream.of(Role.values()).map(Role::code)
				.collect(Collectors.joining(" | ", "| permission | ", " |\n"));
		String line = "|---|" + ":-:|".repeat(Role.values().length) + "\n";
		return head + line + Stream.of(Permission.values()).map(RoleTests::row).collect(Collectors.joining());
	}

	private static String row(Permission permission) {
		return Stream.of(Role.values())
				.map((role) -> role.permissions().contains(permission) ? "x" : " ")
				.collect(Collectors.joining(" | ", "| `" + permission.scope() + "` | ", " |\n"));
	}

	private static Set<String> scopes(Role role) {
		return role.permissions().stream().map(Permission::scope).collect(Collectors.toSet());
	}

}
