package io.billwright.platform.openapi;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;

import io.billwright.platform.idempotency.OwnIdempotency;
import io.billwright.platform.identity.OperatorOnly;
import io.billwright.platform.identity.Public;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;
import io.billwright.platform.validation.Constraints;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;

/// Says of each operation what its handler's annotations and argument types already say: who may call it, how its list
/// is paged, how its write is guarded, and how it fails.
final class ApiOperations implements GlobalOperationCustomizer {

	/// The gateway tells nobody what is wrong with a request for what does not exist for them.
	private static final String OPERATORS = "x-operator-only";

	@Override
	public Operation customize(Operation operation, HandlerMethod handler) {
		Stream<RequestMethod> methods = methods(handler);
		boolean write = methods.anyMatch((method) -> (method == RequestMethod.POST) || (method == RequestMethod.PATCH));
		operation.setOperationId(handler.getMethod().getName());
		describeAccess(operation, handler);
		describeArguments(operation, handler, write);
		describeSuccess(operation, handler);
		describeFailures(operation, handler, write);
		return operation;
	}

	private static Stream<RequestMethod> methods(HandlerMethod handler) {
		RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
		return (mapping != null) ? Arrays.stream(mapping.method()) : Stream.empty();
	}

	private static void describeAccess(Operation operation, HandlerMethod handler) {
		RequiresScope scope = handler.getMethodAnnotation(RequiresScope.class);
		boolean open = isPublic(handler);
		String access = open
				? "Needs no credential."
				: handler.hasMethodAnnotation(OperatorOnly.class)
						? "Needs an operator's key; for everybody else it does not exist."
						: (scope != null) ? "Needs the permission `" + scope.value() + "`." : "Needs any credential.";
		operation.setDescription(Stream.of(operation.getDescription(), access)
				.filter(Objects::nonNull)
				.collect(Collectors.joining("\n\n")));
		if (open) {
			operation.setSecurity(List.of());
		}
		if (handler.hasMethodAnnotation(OperatorOnly.class)) {
			operation.addExtension(OPERATORS, true);
		}
	}

	private static boolean isPublic(HandlerMethod handler) {
		return handler.hasMethodAnnotation(Public.class);
	}

	private static void describeArguments(Operation operation, HandlerMethod handler, boolean write) {
		if (takes(handler, PageRequest.class)) {
			Stream.of("limit", "cursor", "include").forEach((name) -> refer(operation, name));
		}
		if (takes(handler, ExpectedVersion.class)) {
			refer(operation, "if_match");
		}
		if (takes(handler, MergePatch.class)) {
			operation.setRequestBody(new RequestBody().required(true)
					.description("JSON Merge Patch (RFC 7396): the fields to change, `null` for those to remove")
					.content(new Content().addMediaType("application/merge-patch+json",
							new MediaType().schema(ApiTypes.typed("object")))
							.addMediaType("application/json", new MediaType().schema(ApiTypes.typed("object")))));
		}
		if (write && !handler.hasMethodAnnotation(OwnIdempotency.class)) {
			refer(operation, "idempotency_key");
		}
		describeSorts(operation, handler);
		describeParameters(operation);
	}

	private static void describeSorts(Operation operation, HandlerMethod handler) {
		for (MethodParameter argument : handler.getMethodParameters()) {
			SortedBy sorts = argument.getParameterAnnotation(SortedBy.class);
			if (sorts != null) {
				operation.getParameters()
						.stream()
						.filter((parameter) -> Constraints.name(argument).equals(parameter.getName()))
						.forEach((parameter) -> parameter.setSchema(ApiTypes.oneOf(both(sorts))));
			}
		}
	}

	/// Each order and its reverse.
	private static Stream<String> both(SortedBy sorts) {
		return Arrays.stream(sorts.value()).flatMap((name) -> Stream.of(name, "-" + name));
	}

	private static boolean takes(HandlerMethod handler, Class<?> type) {
		return Arrays.stream(handler.getMethodParameters()).anyMatch((it) -> it.getParameterType() == type);
	}

	private static void refer(Operation operation, String parameter) {
		operation.addParametersItem(new Parameter().$ref("#/components/parameters/" + parameter));
	}

	private static void describeParameters(Operation operation) {
		for (Parameter parameter : operation.getParameters() == null
				? List.<Parameter>of()
				: operation.getParameters()) {
			if ((parameter.get$ref() == null) && (parameter.getDescription() == null)) {
				parameter.setDescription(ApiWords.sentence(parameter.getName()));
			}
		}
	}

	private static void describeSuccess(Operation operation, HandlerMethod handler) {
		ApiResponses responses = operation.getResponses();
		ApiResponse ok = responses.get("200");
		if ((ok == null) || (responses.size() > 1) || handler.hasMethodAnnotation(ResponseStatus.class)) {
			return;
		}
		ResolvableType returned = ResolvableType.forMethodReturnType(handler.getMethod());
		boolean creates = methods(handler).anyMatch((method) -> method == RequestMethod.POST)
				&& (returned.getGeneric(0).toClass() == ResponseEntity.class);
		if (creates) {
			responses.remove("200");
			responses.addApiResponse("201", ok.description("Created")
					.addHeaderObject("Location", new Header().description("Where it is")
							.schema(ApiTypes.string(null, null))));
		}
	}

	private static void describeFailures(Operation operation, HandlerMethod handler, boolean write) {
		boolean path = (operation.getParameters() != null)
				&& operation.getParameters().stream().anyMatch((it) -> "path".equals(it.getIn()));
		failure(operation, true, HttpStatus.BAD_REQUEST);
		failure(operation, !isPublic(handler), HttpStatus.UNAUTHORIZED);
		failure(operation, handler.hasMethodAnnotation(RequiresScope.class), HttpStatus.FORBIDDEN);
		failure(operation, path, HttpStatus.NOT_FOUND);
		failure(operation, write, HttpStatus.CONFLICT);
		failure(operation, takes(handler, ExpectedVersion.class), HttpStatus.PRECONDITION_FAILED);
		failure(operation, write, HttpStatus.UNPROCESSABLE_CONTENT);
		failure(operation, true, HttpStatus.TOO_MANY_REQUESTS);
		failure(operation, true, HttpStatus.INTERNAL_SERVER_ERROR);
		failure(operation, true, HttpStatus.SERVICE_UNAVAILABLE);
	}

	private static void failure(Operation operation, boolean possible, HttpStatus status) {
		String code = Integer.toString(status.value());
		if (possible && !operation.getResponses().containsKey(code)) {
			operation.getResponses().addApiResponse(code, reference(status));
		}
	}

	private static ApiResponse reference(HttpStatus status) {
		return new ApiResponse().$ref("#/components/responses/" + status.name().toLowerCase(java.util.Locale.ROOT));
	}

}
