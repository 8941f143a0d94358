package io.billwright.user.member;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

/// Whatever the owners of an organization do to one another at the same time, one is left.
class OwnersTests extends AccountsSpec {

	private static final int OWNERS = 4;

	@Test
	void ownersWhenEachRemovesTheNextAtTheSameTimeThenOneIsLeft() {
		List<Person> owners = owners();
		assertThat(atOnce(ring(owners, this::remove))).containsExactlyInAnyOrder(204, 204, 204, 409);
		assertThat(countOwners(owners.getFirst())).isEqualTo(1);
	}

	@Test
	void ownersWhenEachDemotesTheNextAtTheSameTimeThenOneIsLeft() {
		List<Person> owners = owners();
		assertThat(atOnce(ring(owners, this::demote))).containsExactlyInAnyOrder(200, 200, 200, 409);
		assertThat(countOwners(owners.getFirst())).isEqualTo(1);
	}

	@Test
	void ownersWhenAllAreErasedAtTheSameTimeThenOneIsLeft() {
		List<Person> owners = owners();
		assertThat(atOnce(ring(owners, (owner, next) -> erase(owner, PASSWORD)))).containsExactlyInAnyOrder(204, 204,
				204, 409);
		assertThat(countOwners(owners.getFirst())).isEqualTo(1);
	}

	private List<Person> owners() {
		Person first = owner();
		return Stream.concat(Stream.of(first), Stream.generate(() -> join(first, "owner")).limit(OWNERS - 1)).toList();
	}

	private static List<Callable<Integer>> ring(List<Person> owners,
			BiFunction<Person, Person, WebTestClient.ResponseSpec> act) {
		return IntStream.range(0, OWNERS)
				.<Callable<Integer>>mapToObj((i) -> () -> status(
						act.apply(owners.get(i), owners.get((i + 1) % OWNERS))))
				.toList();
	}

	private WebTestClient.ResponseSpec remove(Person owner, Person other) {
		return owner.on(this.client).delete().uri("/api/v1/members/" + other.id()).exchange();
	}

	private WebTestClient.ResponseSpec demote(Person owner, Person other) {
		return owner.on(this.client)
				.patch()
				.uri("/api/v1/members/" + other.id())
				.bodyValue(Map.of("role", "admin"))
				.exchange();
	}

	private long countOwners(Person member) {
		Long count = as(member, this.database.sql("""
				SELECT count(*) FROM memberships
				WHERE organization_id = app_organization() AND role = 'owner' AND status = 'active'""")
				.mapValue(Long.class)
				.one()).block(PATIENCE);
		return (count != null) ? count : -1;
	}

}
