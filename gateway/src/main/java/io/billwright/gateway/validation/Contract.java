package io.billwright.gateway.validation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// The operations of all services by method and path. A look-up costs one hash per path segment, however many there are.
final class Contract {

	static final Contract NONE = new Contract(List.of());

	private static final Pattern NAME = Pattern.compile("\\{[^/]*}");

	private final Node root = new Node();

	private final int size;

	Contract(List<Described> operations) {
		this.size = operations.size();
		operations.forEach(this::add);
	}

	int size() {
		return this.size;
	}

	/// The operation that a service would choose; `null` where none is described.
	///
	/// @param path raw
	@Nullable
	Operation find(String method, String path) {
		Node node = this.root.find(path, 1);
		return (node != null) ? node.operations.get(method) : null;
	}

	private void add(Described described) {
		Node node = this.root;
		for (String segment : described.path().substring(1).split("/", -1)) {
			node = NAME.matcher(segment).matches() ? node.variable() : node.literal(segment);
		}
		node.operations.put(described.method(), described.operation());
	}

	/// @param path with names in braces in place of values
	record Described(String method, String path, Operation operation) {}

	private static final class Node {

		private final Map<String, Node> literals = new HashMap<>();

		private final Map<String, Operation> operations = new HashMap<>();

		private @Nullable Node variable;

		Node literal(String segment) {
			return this.literals.computeIfAbsent(segment, (it) -> new Node());
		}

		Node variable() {
			Node node = (this.variable != null) ? this.variable : new Node();
			this.variable = node;
			return node;
		}

		/// What is written out goes before what is named.
		@Nullable
		Node find(String path, int from) {
			if (from > path.length()) {
				return this.operations.isEmpty() ? null : this;
			}
			int slash = path.indexOf('/', from);
			int end = (slash < 0) ? path.length() : slash;
			Node literal = this.literals.get(path.substring(from, end));
			Node found = (literal != null) ? literal.find(path, end + 1) : null;
			return (found == null && this.variable != null) ? this.variable.find(path, end + 1) : found;
		}

	}

}
