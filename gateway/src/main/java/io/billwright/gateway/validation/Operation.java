package io.billwright.gateway.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.networknt.schema.Schema;
import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;

/// One operation of a service, as its document describes it.
///
/// @param route the name of the service
/// @param name its method and its path with names in place of values, for people and metrics
/// @param ids the parts of the path that are ids
/// @param query the query parameters that can be checked
/// @param body what it takes; `null` where nothing can be said of that
/// @param answers its JSON answers by status
record Operation(String route, String name, List<PathId> ids, List<QueryParameter> query,
		@Nullable RequestBody body, Map<Integer, Answer> answers) {

	/// The first part of a path that names nothing, whatever there is; `null` where there is none.
	@Nullable
	String nothing(String path) {
		for (PathId id : this.ids) {
			String segment = id.in(path);
			if (!id.isPossible(segment)) {
				return segment;
			}
		}
		return null;
	}

	/// What is wrong with a query.
	///
	/// @param text raw
	List<FieldError> problems(@Nullable String text) {
		if (this.query.isEmpty()) {
			return List.of();
		}
		Query given = Query.of(text);
		List<FieldError> problems = new ArrayList<>();
		for (QueryParameter parameter : this.query) {
			FieldError problem = parameter.problem(given.values(parameter.name()));
			if (problem != null) {
				problems.add(problem);
			}
		}
		return problems;
	}

	/// @param schema what it promises; `null` for an answer without a JSON body, or with any
	record Answer(@Nullable Schema schema) {}

}
