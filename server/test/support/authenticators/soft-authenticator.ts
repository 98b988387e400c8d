import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What an authenticator answers differently from a correct one. */
interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** In place of the next value of its counter. */
  readonly counter?: number;
  /** Whether it says that it has verified its user. */
  readonly verified?: boolean;
  readonly crossOrigin?: boolean;
  readonly userHandle?: string;
  /** `webauthn.get` or `webauthn.create`. */
  readonly type?: string;
  /** Another key than that of the registration. */
  readonly key?: KeyObject;
}

interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const SYNCABLE = 0x08;
const SYNCED = 0x10;
const HAS_CREDENTIAL = 0x40;

/** An authenticator with one ES256 key, in software, that can also answer wrongly. */
export class SoftAuthenticator {
  readonly #origin: string;
  readonly #synced: boolean;
  readonly #id = randomBytes(16);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter = 0;
  #userHandle = '';

  /** @param options.synced whether its passkey is a synced one, which does not count */
  constructor(origin: string, { synced = false }: { synced?: boolean } = {}) {
    this.#origin = origin;
    this.#synced = synced;
  }

  /** The answer to the options of a new passkey. */
  create(options: object, deviation: Deviation = {}): Record<string, unknown> {
    const { challenge, rp, user } = options as Options;
    this.#userHandle = user?.id ?? '';
    const credential = Buffer.concat([
      Buffer.alloc(16),
      uint16(this.#id.length),
      this.#id,
      this.#publicKey(),
    ]);
    const authData = Buffer.concat([
      this.#authenticatorData(rp?.id ?? '', HAS_CREDENTIAL, deviation),
      credential,
    ]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', Uint8Array.from(authData)],
    ]);
    const clientData = this.#clientData('webauthn.create', challenge, deviation);
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
      transports: ['internal', 'bogus'],
    });
  }

  /** The answer to the options of a sign-in. */
  get(options: object, deviation: Deviation = {}): Record<string, unknown> {
    const { challenge, rpId = '' } = options as Options;
    const clientData = this.#clientData('webauthn.get', challenge, deviation);
    const authData = this.#authenticatorData(rpId, 0, deviation);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    return this.#answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, deviation.key ?? this.#keys.privateKey).toString('base64url'),
      userHandle: deviation.userHandle ?? this.#userHandle,
    });
  }

  #answer(response: Record<string, unknown>): Record<string, unknown> {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string, deviation: Deviation): Buffer {
    const data = {
      type: deviation.type ?? type,
      challenge: deviation.challenge ?? challenge,
      origin: deviation.origin ?? this.#origin,
      crossOrigin: deviation.crossOrigin ?? false,
    };
    return Buffer.from(JSON.stringify(data));
  }

  #authenticatorData(
    rpId: string,
    flags: number,
    { rpId: other, counter, verified = true }: Deviation,
  ): Buffer {
    if (!this.#synced) this.#counter += 1;
    const all =
      flags | USER_PRESENT | (verified ? USER_VERIFIED : 0) | (this.#synced ? SYNCABLE | SYNCED : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter ?? this.#counter);
    return Buffer.concat([sha256(Buffer.from(other ?? rpId)), Buffer.from([all]), count]);
  }

  /** In COSE form: EC2, ES256, P-256 (RFC 9053). */
  #publicKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'));
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ]);
    return Buffer.from(isoCBOR.encode(key as never));
  }
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
