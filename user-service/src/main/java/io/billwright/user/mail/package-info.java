/// Mails that wait in the database until the mail server has taken them.
@NullMarked
package io.billwright.user.mail;

import org.jspecify.annotations.NullMarked;
