package io.billwright.platform.failure;

/// One problem of one field.
///
/// @param field the path in the request, for example `lines[0].quantity`, or a parameter's name
/// @param code stable and in snake case, for example `required`
/// @param message for people
public record FieldError(String field, String code, String message) {}
