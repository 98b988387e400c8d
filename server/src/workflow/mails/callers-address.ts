import { isEmailAddress } from '../../lib/text/email-address.ts';
import { type Caller, isKnown } from '../engine/caller.ts';
import type { Backends } from '../features/backends.ts';

/** The address of the user who asked for a task; null for a stranger, and for a user without one. */
export async function callersAddress(caller: Caller, { identity }: Backends): Promise<string | null> {
  if (!isKnown(caller)) return null;
  // Users of programs have names that are no addresses.
  if (identity.usernameIsEmail && isEmailAddress(caller.username)) return caller.username;
  return (await identity.getUser(caller.user_id))?.email || null;
}
