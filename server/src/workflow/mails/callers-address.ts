import { isEmailAddress } from '../../lib/text/email-address.ts';
import { type Caller, isKnown } from '../engine/caller.ts';
import type { Backends } from '../features/backends.ts';

/** The address of the user who created a task; null without a known user or address. */
export async function callersAddress(caller: Caller, { identity }: Backends): Promise<string | null> {
  if (!isKnown(caller)) return null;
  // The user name of a service account is not an address.
  if (identity.usernameIsEmail && isEmailAddress(caller.username)) return caller.username;
  return (await identity.getUser(caller.user_id))?.email || null;
}
