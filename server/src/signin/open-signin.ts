import type { Audit } from '../audit/audit.ts';
import type { DirectoryDomain } from '../directory/open-directory.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Storage } from '../storage/storage.ts';
import { EnrolmentAtSignIn } from './enrolment-at-sign-in.ts';
import { LoginReceipts } from './login-receipts.ts';
import type { SignInMethodsDomain } from './methods/open-methods.ts';
import { OwnPassword } from './own-password.ts';
import { PasskeySignIn } from './passkey-sign-in.ts';
import { Sessions, type SessionTimes } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { SignInTickets } from './sign-in-tickets.ts';

/** The sign-in of people, and their sessions. */
export interface SignInDomain {
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  /** Passkeys at sign-in. */
  readonly passkeySignIn: PasskeySignIn;
  /** Second factors that must be set up at sign-in. */
  readonly enrolmentAtSignIn: EnrolmentAtSignIn;
  /** Logins of Identity v3 in two requests. */
  readonly loginReceipts: LoginReceipts;
  readonly signInTickets: SignInTickets;
  readonly ownPassword: OwnPassword;
}

/** Builds the sign-in on the directory. */
export function openSignIn(
  parts: DirectoryDomain &
    SignInMethodsDomain & {
      readonly storage: Storage;
      readonly clock: Clock;
      readonly secrets: Secrets;
      readonly audit: Audit;
    },
  times: SessionTimes,
): SignInDomain {
  const sessions = new Sessions(parts, times);
  const tickets = new SignInTickets(parts);
  const signIn = new SignIn({ ...parts, sessions, tickets });
  const shared = { ...parts, tickets, signIn };
  return {
    sessions,
    signIn,
    signInTickets: tickets,
    passkeySignIn: new PasskeySignIn(shared),
    enrolmentAtSignIn: new EnrolmentAtSignIn(shared),
    loginReceipts: new LoginReceipts(shared),
    ownPassword: new OwnPassword({ ...parts, sessions }),
  };
}
