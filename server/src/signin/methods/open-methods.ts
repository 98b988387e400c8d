import type { Audit } from '../../audit/audit.ts';
import type { LoginRequirements } from '../../directory/logins/login-requirements.ts';
import type { Roles } from '../../directory/roles/roles.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Secrets } from '../../lib/secrets.ts';
import type { Outbox } from '../../mail/outbox.ts';
import type { ServiceMails, Templates } from '../../mail/templates.ts';
import type { Storage } from '../../storage/storage.ts';
import { EnrolledFactors } from './enrolled-factors.ts';
import { MethodMails } from './method-mails.ts';
import { PasskeyChallenges } from './passkey-challenges.ts';
import { Passkeys } from './passkeys.ts';
import { RecoveryCodes } from './recovery-codes.ts';
import { relyingPartyOf } from './relying-party.ts';
import { SignInMethods } from './sign-in-methods.ts';
import { Totp } from './totp.ts';

/** Second factors and passkeys. */
export interface SignInMethodsDomain {
  readonly secondFactors: EnrolledFactors;
  readonly signInMethods: SignInMethods;
  readonly passkeyChallenges: PasskeyChallenges;
}

/** What an operator sets about second factors and passkeys. */
export interface SignInMethodSettings {
  /** The public URL. */
  readonly baseUrl: string;
  readonly serviceName: string;
  /** The domain name of passkeys; undefined: the host name of the public URL. */
  readonly webauthnRpId: string | undefined;
  /** Who has to have a second factor: names of roles, or `all`. */
  readonly secondFactorRequired: readonly string[];
}

/** Builds the methods of signing in on the directory. */
export function openSignInMethods(
  parts: {
    readonly storage: Storage;
    readonly clock: Clock;
    readonly secrets: Secrets;
    readonly audit: Audit;
    readonly roles: Roles;
    readonly loginRequirements: LoginRequirements;
    readonly outbox: Outbox;
    readonly templates: Templates<ServiceMails>;
  },
  { baseUrl, serviceName: service, webauthnRpId: rpId, secondFactorRequired: required }: SignInMethodSettings,
): SignInMethodsDomain {
  const challenges = new PasskeyChallenges(parts);
  const shared = {
    ...parts,
    totp: new Totp({ ...parts, issuer: service }),
    recoveryCodes: new RecoveryCodes(parts),
    passkeys: new Passkeys(parts),
    challenges,
    party: relyingPartyOf(baseUrl, { rpId, name: service }),
    required,
  };
  const factors = new EnrolledFactors(shared);
  parts.loginRequirements.add((account) => factors.assertPasswordIsEnough(account));
  const mails = new MethodMails({ ...parts, service });
  return {
    secondFactors: factors,
    signInMethods: new SignInMethods({ ...shared, factors, mails }),
    passkeyChallenges: challenges,
  };
}
