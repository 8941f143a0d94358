package io.billwright.contracts;

/// An amount as it goes over the wire.
///
/// @param amount a decimal string with exactly the currency's digits, for example `365.13`
/// @param currency the ISO 4217 code
public record MoneyAmount(String amount, String currency) {}
