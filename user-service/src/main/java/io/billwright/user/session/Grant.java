package io.billwright.user.session;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.account.UserId;

/// What a login grants: who acts for which organization, and what they may do there.
///
/// @param scope permissions separated by spaces
public record Grant(OrganizationId organization, UserId user, String role, String scope) {}
