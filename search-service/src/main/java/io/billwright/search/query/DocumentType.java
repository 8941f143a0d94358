package io.billwright.search.query;

/// What can be found.
enum DocumentType {

	CUSTOMER, INVOICE, PRICE, PRODUCT, USER

}
