package io.billwright.gateway.limit;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.billwright.gateway.accounts.LimitsView;
import io.billwright.gateway.accounts.LimitsView.PolicyView;
import io.billwright.gateway.limit.LimitSettings.Allowance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TermsTests {

	private final LimitSettings settings = new LimitSettings(Allowance.of("6000/min"), Allowance.of("600/min"),
			Allowance.of("9000/min"), Map.of("free", Allowance.of("100/min")), Map.of(), 100, 100);

	@Test
	void organizationWhenItsPlanIsConfiguredThenThatHolds() {
		assertThat(terms("free").organization().rateLimit()).hasToString("100/min");
	}

	@Test
	void organizationWhenItsPlanIsUnknownThenTheDefaultHolds() {
		assertThat(terms("gold").organization().rateLimit()).hasToString("9000/min");
		assertThat(terms(null).organization().rateLimit()).hasToString("9000/min");
	}

	@Test
	void policiesWhenThereAreSeveralThenTheNarrowerSaysWhatItSaysAndTheWiderTheRest() {
		Terms terms = terms("free", policy("organization", null, "10/s, 1000/h", null, 3, false),
				policy("plan", null, "200/min", 20, 2, false));
		assertThat(terms.organization().rateLimit()).hasToString("10/s, 1000/h");
		assertThat(terms.organization().inFlight()).isEqualTo(20);
		assertThat(terms.weight()).isEqualTo(3);
	}

	@Test
	void policyWhenItIsTriedOutThenStandsBesideTheOthers() {
		Terms terms = terms("free", policy("organization", null, "1/h", null, null, true),
				policy("api_key", "key_a", "2/h", null, null, true));
		assertThat(terms.organization().rateLimit()).hasToString("100/min");
		assertThat(terms.triedOut()).hasToString("1/h");
		assertThat(terms.of("key_a").rateLimit()).isNull();
		assertThat(terms.triedOut("key_a")).hasToString("2/h");
		assertThat(terms.triedOut("key_b")).isNull();
	}

	@Test
	void policyWhenItIsOneKeysThenNoOtherHasIt() {
		Terms terms = terms("free", policy("api_key", "key_a", "2/h", 1, null, false));
		assertThat(terms.of("key_a")).isEqualTo(new Allowance(terms.of("key_a").rateLimit(), 1, null, false));
		assertThat(terms.of("key_a").rateLimit()).hasToString("2/h");
		assertThat(terms.of("key_b").rateLimit()).isNull();
	}

	@Test
	void policyWhenItCannotBeReadThenIsNotGuessedAt() {
		assertThatIllegalArgumentException()
				.isThrownBy(() -> terms("free", policy("plan", null, "lots", null, null, false)));
	}

	@Test
	void termsWhenDroppedOrOldThenAreNoLongerCurrent() {
		Terms terms = terms("free");
		assertThat(terms.isCurrent(999)).isTrue();
		assertThat(terms.isCurrent(1000)).isFalse();
		terms.drop();
		assertThat(terms.isCurrent(0)).isFalse();
	}

	private Terms terms(@Nullable String plan, PolicyView... policies) {
		return Terms.of(new LimitsView(plan, List.of(policies)), this.settings, 1000);
	}

	private static PolicyView policy(String appliesTo, @Nullable String key, String rateLimit,
			@Nullable Integer inFlight, @Nullable Integer weight, boolean dryRun) {
		return new PolicyView(appliesTo, key, rateLimit, inFlight, weight, dryRun);
	}

}
