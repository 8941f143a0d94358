package io.billwright.invoice.catalog;

/// Names a pricing model in JSON: the API and the store write a model's record with this name as its `model`. Every
/// bean of this type is known to both.
public interface PricingFormat {

	/// The value of `model`, in snake case. It is stored, so it never changes.
	String model();

	/// The record that has the model's parameters.
	Class<? extends PricingModel> type();

}
