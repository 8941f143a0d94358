import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Registers organizations with customers, two meters and an API key each, and writes a line for each: the key, then the ids
/// of its customers.
///
/// Arguments: address, organizations, customers of each, file.
class Tenants {

	private static final String PASSWORD = "correct-horse-battery-staple-9";

	static void main(String[] arguments) throws Exception {
		int organizations = Integer.parseInt(arguments[1]);
		int customers = Integer.parseInt(arguments[2]);
		try (Api api = new Api(arguments[0]); PrintStream file = new PrintStream(arguments[3])) {
			for (int i = 0; i < organizations; i++) {
				file.println(String.join(" ", register(api, "load-" + i + "@example.com", customers)));
			}
		}
		System.exit(0);
	}

	private static List<String> register(Api api, String email, int customers) throws Exception {
		api.post("/api/v1/auth/register", "", """
				{"organization":{"name":"Load","country":"DE","time_zone":"Europe/Berlin","default_currency":"EUR"},
				 "name":"Load","email":"%s","password":"%s"}""".formatted(email, PASSWORD));
		String token = "Bearer " + Api.field(api.post("/api/v1/auth/login", "",
				"{\"email\":\"%s\",\"password\":\"%s\",\"mode\":\"token\"}".formatted(email, PASSWORD)), "access_token");
		List<String> line = new ArrayList<>();
		line.add(Api.field(api.post("/api/v1/api-keys", token,
				"{\"name\":\"load\",\"mode\":\"live\",\"scopes\":[\"usage:write\",\"usage:read\"]}"), "secret"));
		api.post("/api/v1/meters", token,
				"{\"slug\":\"calls\",\"name\":\"Calls\",\"event_name\":\"api_call\",\"aggregation\":\"count\"}");
		api.post("/api/v1/meters", token,
				"{\"slug\":\"volume\",\"name\":\"Volume\",\"event_name\":\"api_call\",\"aggregation\":\"sum\"}");
		for (int i = 0; i < customers; i++) {
			line.add(Api.field(api.post("/api/v1/customers", token,
					"{\"name\":\"Customer %d\",\"currency\":\"EUR\",\"external_id\":\"c-%d\"}".formatted(i, i)), "id"));
		}
		return line;
	}

}
