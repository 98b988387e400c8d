import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { canonicalEmail } from '../../lib/text/email-address.ts';
import { ANONYMOUS } from '../../workflow/engine/caller.ts';
import { askDelegate } from './ask-delegate.ts';

/**
 * Mails a link to set a new password, if the address has an account that can have one. The outcome and its time are
 * the same for every address. Errors: `email_invalid`, `too_many_requests`.
 * @param address of the client
 */
export async function requestPasswordReset(domain: Domain, email: string, address: string): Promise<void> {
  if (canonicalEmail(email) === undefined) throw new PurserError('email_invalid', { email });
  await askDelegate(domain, { name: 'UserResetPassword', caller: ANONYMOUS, address, input: { email } });
}
