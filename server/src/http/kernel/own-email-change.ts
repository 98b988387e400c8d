import { PresentPassword } from '../../directory/logins/present-password.ts';
import type { Principal } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { canonicalEmail } from '../../lib/text/email-address.ts';
import { askDelegate } from './ask-delegate.ts';
import { workflowCaller } from './workflow-caller.ts';

/**
 * Requests another e-mail address for the caller: a task mails a link to the new address, which changes it. The present
 * password is required, since the address is a way to a new password.
 * Errors: `email_invalid`; those of `PresentPassword.require` and of the delegate API `UserUpdateEmail`.
 */
export async function requestOwnEmailChange(
  domain: Domain,
  principal: Principal,
  { email, current }: { readonly email: string; readonly current: string | undefined },
  address: string,
): Promise<void> {
  if (canonicalEmail(email) === undefined) throw new PurserError('email_invalid', { email });
  await new PresentPassword(domain).require(principal.account, current, address);
  await askDelegate(domain, {
    name: 'UserUpdateEmail',
    caller: await workflowCaller(domain, principal),
    address,
    input: { new_email: email },
  });
}
