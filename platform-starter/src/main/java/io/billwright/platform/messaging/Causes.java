package io.billwright.platform.messaging;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import org.apache.kafka.common.errors.RetriableException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import tools.jackson.core.JacksonException;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// What an exception means for the event that met it, and how to tell of it without personal data.
public final class Causes {

	private static final int DEPTH_LIMIT = 20;

	private Causes() {
	}

	/// Whether something that is needed is down or busy, so that trying again will help.
	public static boolean isTransient(Throwable error) {
		Throwable cause = error;
		for (int depth = 0; cause != null && depth < DEPTH_LIMIT; depth++) {
			if (isTransientItself(cause)) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

	private static boolean isTransientItself(Throwable error) {
		return switch (error) {
			case Failure failure -> failure.kind() == Kind.UNAVAILABLE;
			case R2dbcTransientException ex -> true;
			case R2dbcNonTransientResourceException ex -> true;
			case TransientDataAccessException ex -> true;
			case NonTransientDataAccessResourceException ex -> true;
			case CannotCreateTransactionException ex -> true;
			case RetriableException ex -> true;
			case TimeoutException ex -> true;
			case IOException ex -> true;
			default -> false;
		};
	}

	/// The kind and, from sources known to put no data into it, the message. Others are located by their first stack frame
	/// in our code, as their messages may quote what a customer has entered.
	public static String describe(Throwable error) {
		Throwable root = root(error);
		String kind = root.getClass().getSimpleName();
		return switch (root) {
			case Failure failure -> kind + " " + failure.code();
			case R2dbcException ex -> kind + " SQLSTATE " + ex.getSqlState();
			case JacksonException ex -> kind + " at " + ex.getPathReference();
			case org.apache.kafka.common.KafkaException ex -> kind + " " + ex.getMessage();
			case IOException ex -> kind + " " + ex.getMessage();
			default -> kind + origin(root);
		};
	}

	private static String origin(Throwable error) {
		for (StackTraceElement frame : error.getStackTrace()) {
			if (frame.getClassName().startsWith("io.billwright")) {
				return " at " + frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber();
			}
		}
		return "";
	}

	/// A failure says more than what it was caused by.
	private static Throwable root(Throwable error) {
		Throwable cause = error;
		for (int depth = 0; !(cause instanceof Failure) && cause.getCause() != null && depth < DEPTH_LIMIT; depth++) {
			cause = cause.getCause();
		}
		return cause;
	}

}
