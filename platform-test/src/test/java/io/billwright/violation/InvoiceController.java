package io.billwright.violation;

public class InvoiceController {
}
