package io.billwright.violation;

class PrivateController {
}
