import type { Audit } from '../audit/audit.ts';
import type { DirectoryDomain } from '../directory/open-directory.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Storage } from '../storage/storage.ts';
import { OwnPassword } from './own-password.ts';
import { NO_SECOND_FACTORS } from './second-factors.ts';
import { Sessions, type SessionTimes } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { SignInTickets } from './sign-in-tickets.ts';

/** The sign-in of people, and their sessions. */
export interface SignInDomain {
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly signInTickets: SignInTickets;
  readonly ownPassword: OwnPassword;
}

/** Builds the sign-in on the directory. */
export function openSignIn(
  parts: DirectoryDomain & {
    readonly storage: Storage;
    readonly clock: Clock;
    readonly secrets: Secrets;
    readonly audit: Audit;
  },
  times: SessionTimes,
): SignInDomain {
  const sessions = new Sessions(parts, times);
  const tickets = new SignInTickets(parts);
  const signIn = new SignIn({ ...parts, sessions, tickets, secondFactors: NO_SECOND_FACTORS });
  return { sessions, signIn, signInTickets: tickets, ownPassword: new OwnPassword({ ...parts, sessions }) };
}
