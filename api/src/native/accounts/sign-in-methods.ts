import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { nullable, Time } from '../common.ts';

/** What a browser answers for a passkey: the JSON form of a `PublicKeyCredential`. */
export const PasskeyAnswer = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  description:
    'The answer of the browser: the JSON form of a `PublicKeyCredential` (Web Authentication, `toJSON`).',
});

/** What a browser is asked for a passkey. */
export const PasskeyOptions = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  description:
    'The options for the browser in their JSON form (Web Authentication, `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON`).',
});

/** Recovery codes in the response that makes them. */
export const RecoveryCodesOnce = Type.Unsafe<string[] | null>({
  type: ['array', 'null'],
  items: { type: 'string' },
  description:
    'Recovery codes, each of which can be used once. No later response contains them. Null if the user has some already.',
});

const passkey = {
  id: Type.Integer(),
  name: Type.String(),
  created_at: Time,
  last_used_at: nullable(Type.String({ format: 'date-time' })),
  syncable: Type.Boolean({ description: 'Whether it can be copied to other devices of the user.' }),
  synced: Type.Boolean({ description: 'Whether it was copied to other devices at its last use.' }),
};

const examplePasskey = {
  id: 3,
  name: 'Phone',
  created_at: '2031-05-30T10:03:37.000Z',
  last_used_at: null,
  syncable: true,
  synced: true,
};

export const Passkey = Type.Object(passkey, {
  $id: 'Passkey',
  description: 'A passkey of a user: a key pair on a device, of which the service has the public key.',
  examples: [examplePasskey],
});
export type Passkey = Static<typeof Passkey>;

export const SignInMethods = Type.Object(
  {
    password: Type.Boolean({ description: 'Whether the user has a password.' }),
    totp: nullable(
      Type.String({
        format: 'date-time',
        description: 'When the authenticator app was confirmed; null if the user has none.',
      }),
    ),
    passkeys: Type.Array(Type.Unsafe<Passkey>(Type.Ref('Passkey'))),
    recovery_codes_left: Type.Integer({ description: 'Recovery codes that were not used yet.' }),
    second_factor: Type.Boolean({
      description:
        'Whether the password alone is not enough: the user has an authenticator app or a passkey.',
    }),
    second_factor_required: Type.Boolean({
      description: 'Whether the settings require a second factor of this user.',
    }),
    passkeys_unavailable: nullable(
      Type.String({ description: 'Why this installation cannot have passkeys; null if it can.' }),
    ),
  },
  {
    $id: 'SignInMethods',
    description: 'The ways in which a user can sign in.',
    examples: [
      {
        password: true,
        totp: '2031-05-30T10:03:37.000Z',
        passkeys: [examplePasskey],
        recovery_codes_left: 10,
        second_factor: true,
        second_factor_required: false,
        passkeys_unavailable: null,
      },
    ],
  },
);
export type SignInMethods = Static<typeof SignInMethods>;

export const TotpBegun = Type.Object(
  {
    secret: Type.String({ description: 'The secret in base32, to type into an authenticator app.' }),
    uri: Type.String({ description: 'The same as an `otpauth` URI, for a QR code.' }),
  },
  {
    $id: 'TotpBegun',
    description: 'A secret for an authenticator app. No later response contains it.',
    examples: [
      {
        secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/Example%20Cloud:ada%40example.org?issuer=Example%20Cloud&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
      },
    ],
  },
);
export type TotpBegun = Static<typeof TotpBegun>;

/** A one-time code, as a person types it. */
export const OneTimeCode = Type.String({ minLength: 1, maxLength: 64 });

export const TotpConfirmation = Type.Object(
  { code: OneTimeCode },
  { additionalProperties: false, examples: [{ code: '492039' }] },
);

export const TotpConfirmed = Type.Object(
  { recovery_codes: RecoveryCodesOnce },
  {
    $id: 'TotpConfirmed',
    description: 'The authenticator app is a second factor now.',
    examples: [{ recovery_codes: ['7k3m-9qpa-x2vd-r0tz'] }],
  },
);
export type TotpConfirmed = Static<typeof TotpConfirmed>;

export const RecoveryCodes = Type.Object(
  {
    recovery_codes: Type.Array(Type.String(), {
      description: 'Each can be used once. No later response contains them.',
    }),
  },
  {
    $id: 'RecoveryCodes',
    description: 'New recovery codes; earlier ones are void.',
    examples: [{ recovery_codes: ['7k3m-9qpa-x2vd-r0tz'] }],
  },
);
export type RecoveryCodes = Static<typeof RecoveryCodes>;

/** A ticket, as a response had it. */
export const Ticket = Type.String({ minLength: 1, maxLength: BOUNDS.name_length });

export const PasskeyQuestion = Type.Object(
  {
    ticket: Type.String({ description: 'To send along with the answer of the browser.' }),
    options: PasskeyOptions,
  },
  {
    $id: 'PasskeyQuestion',
    description: 'What a browser needs to make or to use a passkey.',
    examples: [{ ticket: 'Zr3qOaB0xT6m1cVtJb8yQwUeLk5nHd2sPg7fXiMoRvE', options: { challenge: '…' } }],
  },
);
export type PasskeyQuestion = Static<typeof PasskeyQuestion>;

/** The name of a passkey. */
export const PasskeyName = Type.String({ minLength: 1, maxLength: BOUNDS.passkey_name_length });

export const PasskeyCreation = Type.Object(
  { ticket: Ticket, name: PasskeyName, response: PasskeyAnswer },
  { additionalProperties: false },
);

export const PasskeyCreated = Type.Object(
  { ...passkey, recovery_codes: RecoveryCodesOnce },
  {
    $id: 'PasskeyCreated',
    description: 'A new passkey.',
    examples: [{ ...examplePasskey, recovery_codes: null }],
  },
);
export type PasskeyCreated = Static<typeof PasskeyCreated>;

export const PasskeyRenaming = Type.Object(
  { name: PasskeyName },
  { additionalProperties: false, examples: [{ name: 'Phone' }] },
);

export const PasskeyPath = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Id of a passkey.' }),
});

export const SecondFactorReset = Type.Object(
  {
    totp: Type.Boolean({ description: 'Whether an authenticator app was removed.' }),
    passkeys: Type.Integer({ description: 'Passkeys that were removed.' }),
  },
  {
    $id: 'SecondFactorReset',
    description: 'The second factors that were removed.',
    examples: [{ totp: true, passkeys: 1 }],
  },
);
export type SecondFactorReset = Static<typeof SecondFactorReset>;
