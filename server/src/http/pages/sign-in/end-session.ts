import { personAs } from '../../../audit/actor.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { clearSessionCookie } from '../../kernel/session-cookie.ts';
import type { Visit } from '../page-route.ts';

/** Ends the session of a visitor, if there is one, and makes the browser forget it. */
export async function endSession(
  { sessions }: Domain,
  { visitor: { principal }, request, reply }: Visit,
): Promise<void> {
  clearSessionCookie(reply);
  if (!principal) return;
  try {
    await sessions.signOut(principal, personAs(principal.account, request.ip));
  } catch (error) {
    // It has ended from elsewhere in the same moment.
    if (!(error instanceof PurserError) || error.code !== 'session_ended') throw error;
  }
}
