import { type Static, Type } from 'typebox';
import { BOUNDS } from '../bounds.ts';
import { Time } from '../common.ts';
import { OneTimeCode, PasskeyAnswer, PasskeyName, RecoveryCodesOnce } from './sign-in-methods.ts';
import type { User } from './user.ts';

export const SignIn = Type.Object(
  {
    username: Type.String({
      minLength: 1,
      maxLength: BOUNDS.name_length,
      description: 'User name, e-mail address or uuid of the user.',
    }),
    password: Type.String({ description: "The user's password." }),
  },
  {
    additionalProperties: false,
    examples: [{ username: 'ada@example.org', password: 'correct horse battery' }],
  },
);
export type SignIn = Static<typeof SignIn>;

const Ticket = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'The ticket of the response that requires this step.',
});

export const SecondFactorProof = Type.Object(
  {
    ticket: Ticket,
    method: Type.String({ minLength: 1, maxLength: 64, description: 'One of the methods of that response.' }),
    code: Type.Optional(Type.String({ maxLength: 256, description: 'A one-time code or a recovery code.' })),
    assertion: Type.Optional(Type.Unknown({ description: 'The response of a WebAuthn authenticator.' })),
  },
  { additionalProperties: false, examples: [{ ticket: 'jd83kK…', method: 'totp', code: '492039' }] },
);
export type SecondFactorProof = Static<typeof SecondFactorProof>;

export const PasskeyOptionsRequest = Type.Object(
  { ticket: Type.Optional(Ticket) },
  { additionalProperties: false, examples: [{}] },
);

export const EnrolmentStep = Type.Object(
  { ticket: Ticket },
  { additionalProperties: false, examples: [{ ticket: 'jd83kK…' }] },
);

export const EnrolmentWithCode = Type.Object(
  { ticket: Ticket, code: OneTimeCode },
  { additionalProperties: false, examples: [{ ticket: 'jd83kK…', code: '492039' }] },
);

export const EnrolmentWithPasskey = Type.Object(
  {
    ticket: Ticket,
    passkey_ticket: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'The ticket of the response that had the options.',
    }),
    name: PasskeyName,
    response: PasskeyAnswer,
  },
  { additionalProperties: false },
);

export const SignInTerms = Type.Object(
  {
    ticket: Ticket,
    terms: Type.Integer({ minimum: 1, description: 'Number of the terms of service that the user accepts.' }),
  },
  { additionalProperties: false, examples: [{ ticket: 'jd83kK…', terms: 3 }] },
);
export type SignInTerms = Static<typeof SignInTerms>;

export const SignInPassword = Type.Object(
  { ticket: Ticket, new: Type.String({ description: 'The new password.' }) },
  { additionalProperties: false, examples: [{ ticket: 'jd83kK…', new: 'correct horse battery' }] },
);
export type SignInPassword = Static<typeof SignInPassword>;

const properties = {
  id: Type.String({ format: 'uuid' }),
  device: Type.String({ description: 'Browser and operating system, as far as they are known.' }),
  address: Type.String({ description: 'Network address of the client that signed in.' }),
  methods: Type.Array(Type.String(), { description: 'How the user proved who they are.' }),
  created_at: Time,
  last_seen_at: Type.String({
    format: 'date-time',
    description: 'The last use, to the minute.',
  }),
  ends_at: Type.String({ format: 'date-time', description: 'When it ends even if it is used.' }),
};

const example = {
  id: '0a4f1f0e-6f0b-4f5e-9a53-0f7c3e8f1f11',
  device: 'Firefox on Linux',
  address: '198.51.100.7',
  methods: ['password'],
  created_at: '2031-05-30T10:03:37.000Z',
  last_seen_at: '2031-05-30T11:40:00.000Z',
  ends_at: '2031-06-06T10:03:37.000Z',
};

export const Session = Type.Object(
  { ...properties, user: Type.Ref('User') },
  { $id: 'Session', description: 'The session of the request.' },
);
export type Session = Static<typeof Session> & { user: User };

export const SessionEnrolled = Type.Object(
  { ...properties, user: Type.Ref('User'), recovery_codes: RecoveryCodesOnce },
  { $id: 'SessionEnrolled', description: 'A new session, and what was made with the second factor.' },
);
export type SessionEnrolled = Static<typeof SessionEnrolled> & { user: User };

export const SessionItem = Type.Object(
  {
    ...properties,
    current: Type.Boolean({ description: 'Whether it is the session of the request.' }),
  },
  { $id: 'SessionItem', description: 'A session of a user.', examples: [{ ...example, current: true }] },
);
export type SessionItem = Static<typeof SessionItem>;

export const SessionList = Type.Object(
  { sessions: Type.Array(Type.Ref('SessionItem')) },
  { $id: 'SessionList', description: 'The sessions of a user, the newest first.' },
);
export interface SessionList {
  sessions: SessionItem[];
}

export const SessionsEnded = Type.Object(
  { ended: Type.Integer({ description: 'Number of sessions that this request ended.' }) },
  { $id: 'SessionsEnded', description: 'The result of ending sessions.', examples: [{ ended: 2 }] },
);
export type SessionsEnded = Static<typeof SessionsEnded>;
export const SessionPath = Type.Object({
  session: Type.String({ maxLength: 64, description: 'Id of the session.' }),
});
export const SessionEnding = Type.Object(
  {
    all: Type.Optional(
      Type.Boolean({ description: 'True: also the session of the request; false: all others.' }),
    ),
  },
  { additionalProperties: false },
);
