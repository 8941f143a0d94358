package io.billwright.user.member;

import io.billwright.user.account.User;

/// A member of the current organization, with the person behind it.
record Member(Membership membership, User user) {}
