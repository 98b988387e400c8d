import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { LIMITS } from '../../lib/limits.ts';
import { isObject } from '../../lib/text/json.ts';
import type { RelyingParty } from './relying-party.ts';

/** What is known of a passkey after its registration. */
export interface NewPasskey {
  /** In base64url. */
  readonly credentialId: string;
  /** A COSE key. */
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly syncable: boolean;
  readonly synced: boolean;
  readonly aaguid: string;
}

/** What is known of a passkey when it is used. */
export interface KnownPasskey {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
}

/** What options for the browser, or an answer of it, refer to. */
interface Expected {
  readonly party: RelyingParty;
  /** In base64url. */
  readonly challenge: string;
}

/** The package is loaded at the first use of a passkey. */
const library = () => import('@simplewebauthn/server');

/** What a browser needs to make a passkey (WebAuthn 5.4). */
export async function creationOptions(
  { party, challenge }: Expected,
  { uuid, username, fullName }: { uuid: string; username: string; fullName: string },
  existing: readonly Pick<KnownPasskey, 'credentialId' | 'transports'>[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: Uint8Array.from(Buffer.from(uuid)),
    userName: username,
    userDisplayName: fullName,
    challenge: bytesOf(challenge),
    timeout: LIMITS.passkey_challenge_ms,
    attestationType: 'none',
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
}

/**
 * What a browser needs to use a passkey (WebAuthn 5.5).
 * @param allowed the passkeys of the account; undefined: any that the authenticator knows for this service, which must
 * then verify its user, as the passkey is the only factor
 */
export async function requestOptions(
  { party, challenge }: Expected,
  allowed: readonly Pick<KnownPasskey, 'credentialId' | 'transports'>[] | undefined,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library();
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: bytesOf(challenge),
    timeout: LIMITS.passkey_challenge_ms,
    userVerification: allowed === undefined ? 'required' : 'preferred',
    ...(allowed && { allowCredentials: allowed.map(descriptorOf) }),
  });
}

/** The passkey that a browser has made; undefined if the answer is not valid for this service and challenge. */
export async function checkedRegistration(
  { party, challenge }: Expected,
  response: unknown,
): Promise<NewPasskey | undefined> {
  if (!isAnswer(response)) return undefined;
  const { verifyRegistrationResponse } = await library();
  const checked = await orUndefined(() =>
    verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      // It is required where the passkey is used as the only factor, not before.
      requireUserVerification: false,
    }),
  );
  if (!checked?.verified) return undefined;
  const { credential, credentialDeviceType, credentialBackedUp, aaguid } = checked.registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports: (credential.transports ?? []).filter(isTransport),
    syncable: credentialDeviceType === 'multiDevice',
    synced: credentialBackedUp,
    aaguid,
  };
}

/**
 * The counter and the state of a passkey after its use; undefined if the answer is not valid: for this service,
 * challenge and passkey, with a counter that has grown. Synced passkeys do not count; their counter stays 0.
 * @param verified whether the authenticator has to have verified its user
 */
export async function checkedAssertion(
  { party, challenge }: Expected,
  response: unknown,
  { passkey, verified }: { passkey: KnownPasskey; verified: boolean },
): Promise<{ counter: number; synced: boolean } | undefined> {
  if (!isAnswer(response)) return undefined;
  const { verifyAuthenticationResponse } = await library();
  const { credentialId: id, publicKey, counter } = passkey;
  const checked = await orUndefined(() =>
    verifyAuthenticationResponse({
      response: response as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: { id, publicKey: Uint8Array.from(publicKey), counter },
      requireUserVerification: verified,
    }),
  );
  if (!checked?.verified) return undefined;
  const { newCounter, credentialBackedUp } = checked.authenticationInfo;
  return { counter: newCounter, synced: credentialBackedUp };
}

/** The credential that an answer names, as far as that can be read. */
export function credentialIdOf(response: unknown): string | undefined {
  return isAnswer(response) ? response.id : undefined;
}

/** The user handle of an answer as text; undefined if it has none. */
export function userHandleOf(response: unknown): string | undefined {
  if (!isAnswer(response)) return undefined;
  const { userHandle } = response.response;
  return typeof userHandle === 'string' ? Buffer.from(userHandle, 'base64url').toString() : undefined;
}

interface Answer {
  readonly id: string;
  readonly response: { readonly clientDataJSON: string; readonly userHandle?: unknown };
}

function isAnswer(value: unknown): value is Answer {
  if (!isObject(value) || typeof value['id'] !== 'string') return false;
  const { response } = value;
  return (
    isObject(response) &&
    typeof response['clientDataJSON'] === 'string' &&
    !isFramed(response['clientDataJSON'])
  );
}

/** Whether the answer was made in a frame of another site's page: no page of ours asks there. */
function isFramed(clientDataJSON: string): boolean {
  try {
    const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { crossOrigin?: unknown };
    return data.crossOrigin === true;
  } catch {
    return true;
  }
}

/** The library throws for everything that is wrong with an answer. */
async function orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

const TRANSPORTS: readonly string[] = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];
const isTransport = (text: unknown): boolean => typeof text === 'string' && TRANSPORTS.includes(text);

const bytesOf = (base64url: string) => Uint8Array.from(Buffer.from(base64url, 'base64url'));

const descriptorOf = ({ credentialId, transports }: Pick<KnownPasskey, 'credentialId' | 'transports'>) => ({
  id: credentialId,
  transports: transports as AuthenticatorTransport[],
});
