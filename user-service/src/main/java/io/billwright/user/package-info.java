/// Accounts and access: organizations, users, members and their roles, credentials of every kind, the audit trail.
@NullMarked
package io.billwright.user;

import org.jspecify.annotations.NullMarked;
