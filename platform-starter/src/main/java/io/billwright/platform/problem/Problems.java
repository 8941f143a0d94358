package io.billwright.platform.problem;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.MissingRequestValueException;
import org.springframework.web.server.ServerWebInputException;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.failure.Kind;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.ids.TypedId;
import io.billwright.platform.validation.Constraints;
import io.billwright.platform.validation.Expectations;

/// Gives every error its answer. What is not listed is an accident: 500, with nothing told.
public final class Problems {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

	private static final boolean DATABASE = ClassUtils.isPresent("io.r2dbc.spi.R2dbcException", null);

	/// By name, as Reactor Netty keeps its own to itself.
	private static final Set<String> SLOW_BODY = Set.of("reactor.netty.http.server.RequestTimeoutException",
			"io.netty.handler.timeout.ReadTimeoutException");

	private Problems() {
	}

	/// The fields that are to blame for an error; empty where none is.
	public static List<FieldError> fields(Throwable error) {
		return toAnswer(error).fields();
	}

	static Answer toAnswer(Throwable error) {
		return switch (error) {
			case Failure failure -> Answer.of(failure);
			case MissingRequestValueException missing -> Answer.of(new Invalid(missing.getName(), "required",
					"must be given as a " + missing.getLabel()));
			case ServerWebInputException input -> toAnswer(input);
			case ErrorResponse response -> Answer.of(response.getStatusCode(), code(response.getStatusCode()),
					detail(response));
			case DataBufferLimitException _ -> tooLarge();
			case RuntimeException slow when SLOW_BODY.contains(slow.getClass().getName()) -> Answer.of(
					HttpStatus.REQUEST_TIMEOUT, "request_timeout", "The body did not arrive in time. Send it again.");
			case TimeoutException _ -> unavailable();
			case RuntimeException wrapped when wrapped.getCause() instanceof Failure failure -> Answer.of(failure);
			default -> (DATABASE && isDatabaseDown(error)) ? unavailable() : accident();
		};
	}

	private static Answer toAnswer(ServerWebInputException input) {
		for (Throwable cause = input.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof Failure failure) {
				return Answer.of(failure);
			}
			if (cause instanceof DataBufferLimitException) {
				return tooLarge();
			}
			if (cause instanceof TypeMismatchException mismatch) {
				return Answer.of(toFailure(input.getMethodParameter(), mismatch));
			}
		}
		return (input.getStatusCode().value() == HttpStatus.BAD_REQUEST.value())
				? Answer.of(new Invalid("body", "required", "must be given"))
				: Answer.of(input.getStatusCode(), code(input.getStatusCode()), detail(input));
	}

	/// An id in the path that cannot be one names nothing; anywhere else a malformed value is the client's mistake.
	private static Failure toFailure(@Nullable MethodParameter parameter, TypeMismatchException mismatch) {
		Class<?> type = target(mismatch);
		boolean path = (parameter != null) && parameter.hasParameterAnnotation(PathVariable.class);
		if (path && TypedId.class.isAssignableFrom(type)) {
			return new NotFound("resource", String.valueOf(mismatch.getValue()));
		}
		String name = (parameter != null) ? Constraints.name(parameter) : "parameter";
		return new Invalid(name, "malformed",
				Expectations.of(type, String.valueOf(mismatch.getMostSpecificCause().getMessage())));
	}

	/// What could not be made of a value; of one of several, where it is a list.
	private static Class<?> target(TypeMismatchException mismatch) {
		@Nullable
		Class<?> type = mismatch.getRequiredType();
		for (Throwable cause = mismatch.getCause(); cause instanceof ConversionFailedException failed; cause = cause
				.getCause()) {
			type = failed.getTargetType().getType();
		}
		return (type != null) ? type : Object.class;
	}

	private static boolean isDatabaseDown(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if ((cause instanceof DataAccessResourceFailureException) || (cause instanceof TransientDataAccessException)
					|| (cause instanceof CannotCreateTransactionException)
					|| (cause instanceof R2dbcNonTransientResourceException)
					|| (cause instanceof R2dbcTransientException)) {
				return true;
			}
		}
		return false;
	}

	private static Answer unavailable() {
		return Answer.of(new Unavailable("temporarily_unavailable",
				"Something that this needs does not answer. Nothing was changed; try again.", RETRY_AFTER));
	}

	private static Answer tooLarge() {
		return Answer.of(HttpStatus.CONTENT_TOO_LARGE, "body_too_large", "The body is larger than this accepts.");
	}

	private static Answer accident() {
		return Answer.of(HttpStatus.INTERNAL_SERVER_ERROR, "internal_error",
				"Something went wrong on our side. Quote the request_id to support.");
	}

	private static String code(HttpStatusCode status) {
		@Nullable
		HttpStatus known = HttpStatus.resolve(status.value());
		return (known != null) ? known.name().toLowerCase(Locale.ROOT) : "http_" + status.value();
	}

	private static String detail(ErrorResponse response) {
		@Nullable
		String detail = response.getBody().getDetail();
		return (detail != null) ? detail : title(response.getStatusCode().value());
	}

	static String title(int status) {
		@Nullable
		HttpStatus known = HttpStatus.resolve(status);
		return (known != null) ? known.getReasonPhrase() : "Error";
	}

	/// What is told.
	record Answer(int status, String code, String detail, List<FieldError> fields, @Nullable Duration retryAfter) {

		static Answer of(Failure failure) {
			return new Answer(failure.kind().status(), failure.code(), failure.detail(), failure.fields(),
					failure.retryAfter());
		}

		static Answer of(HttpStatusCode status, String code, String detail) {
			return new Answer(status.value(), code, detail, List.of(), null);
		}

		boolean isUnauthenticated() {
			return this.status == Kind.UNAUTHENTICATED.status();
		}

	}

}
