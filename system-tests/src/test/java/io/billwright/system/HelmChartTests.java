package io.billwright.system;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.marcnuri.helm.Helm;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/// The chart lints, and what it renders is what an operator expects of each of the five services.
@SuppressWarnings("unchecked")
class HelmChartTests {

	private static final Set<String> SERVICES = Set.of("gateway", "user-service", "invoice-service",
			"analytics-service",
			"search-service");

	private final Helm chart = new Helm(Project.ROOT.resolve("helm/billwright"));

	@Test
	void chartWhenLintedThenNothingToSay() {
		var result = this.chart.lint().strict().call();
		assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
	}

	@Test
	void chartWhenRenderedThenEveryServiceIsThere() {
		for (String kind : List.of("Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy",
				"HorizontalPodAutoscaler")) {
			assertThat(render(kind).stream().map(HelmChartTests::name)).as(kind)
					.containsExactlyInAnyOrderElementsOf(
							SERVICES.stream().map((service) -> "billing-" + service).collect(Collectors.toSet()));
		}
	}

	@Test
	void deploymentWhenRenderedThenProbedBoundedAndUnprivileged() {
		for (Map<String, Object> deployment : render("Deployment")) {
			Map<String, Object> pod = at(deployment, "spec", "template", "spec");
			assertThat(at(pod, "securityContext")).containsEntry("runAsNonRoot", true);
			Map<String, Object> container = ((List<Map<String, Object>>) pod.get("containers")).getFirst();
			assertThat(container).containsKeys("startupProbe", "livenessProbe", "readinessProbe");
			assertThat(at(container, "resources", "limits")).containsKey("memory");
			assertThat(at(container, "securityContext")).containsEntry("readOnlyRootFilesystem", true)
					.containsEntry("allowPrivilegeEscalation", false);
		}
	}

	/// 100 requests a minute are for who tries a hosted platform out, and not for who installs one.
	@Test
	void organizationWhenItIsNewThenIsNotOnTheFreePlan() {
		assertThat(render("Deployment")).filteredOn((deployment) -> name(deployment).equals("billing-user-service"))
				.singleElement()
				.extracting((deployment) -> new Yaml().dump(deployment))
				.asString()
				.containsPattern(
						"BILLWRIGHT_USERS_PLAN,?\\s+value: standard");
	}

	@Test
	void privateKeyWhenMountedThenOnlyWhereItIsNeeded() {
		for (Map<String, Object> deployment : render("Deployment")) {
			String text = new Yaml().dump(deployment);
			boolean gateway = name(deployment).equals("billing-gateway");
			assertThat(text.contains("passport-private.pem")).as(name(deployment)).isEqualTo(gateway);
			assertThat(text.contains("tokens-private.pem")).as(name(deployment))
					.isEqualTo(name(deployment).equals("billing-user-service"));
			assertThat(text.contains("sealing.key")).as(name(deployment))
					.isEqualTo(name(deployment).equals("billing-user-service"));
		}
	}

	private List<Map<String, Object>> render(String kind) {
		String manifests = this.chart.template().withName("billing").withKubeVersion("1.31.0").call();
		return StreamSupport.stream(new Yaml().loadAll(manifests).spliterator(), false)
				.map((document) -> (Map<String, Object>) document)
				.filter((document) -> (document != null) && kind.equals(document.get("kind")))
				.toList();
	}

	private static String name(Map<String, Object> manifest) {
		return (String) at(manifest, "metadata").get("name");
	}

	private static Map<String, Object> at(Map<String, Object> manifest, String... path) {
		Map<String, Object> node = manifest;
		for (String step : path) {
			node = (Map<String, Object>) node.get(step);
		}
		return node;
	}

}
