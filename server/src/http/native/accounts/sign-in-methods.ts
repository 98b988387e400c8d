import {
  Passkey,
  PasskeyCreated,
  PasskeyCreation,
  PasskeyPath,
  PasskeyQuestion,
  PasskeyRenaming,
  RecoveryCodes,
  SecondFactorReset,
  SignInMethods,
  TotpBegun,
  TotpConfirmation,
  TotpConfirmed,
  type Passkey as WirePasskey,
  type SignInMethods as WireSignInMethods,
} from '@purser/api/native/accounts/sign-in-methods';
import { UserPath } from '@purser/api/native/accounts/user';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { Passkey as DomainPasskey } from '../../../signin/methods/passkeys.ts';
import type { MethodsOfAccount } from '../../../signin/methods/sign-in-methods.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { time, timeOrNull } from '../frame/presenters.ts';

const tag = 'Sign-in methods';

const show = operation(
  {
    id: 'getSignInMethods',
    tag,
    access: 'account',
    summary: 'Show how the authenticated user can sign in',
    answers: { 200: named(SignInMethods) },
  },
  {},
);

const beginTotp = operation(
  {
    id: 'beginTotp',
    tag,
    access: 'account',
    summary: 'Get a secret for an authenticator app',
    description: 'The app becomes a second factor when a code of it is confirmed. An earlier secret is void.',
    problems: [409],
    answers: { 201: named(TotpBegun) },
  },
  {},
);

const confirmTotp = operation(
  {
    id: 'confirmTotp',
    tag,
    access: 'account',
    summary: 'Confirm the authenticator app with a code',
    description: 'From then on the password alone is not enough. The same code cannot be used again.',
    problems: [404, 409],
    answers: { 200: named(TotpConfirmed) },
  },
  { body: TotpConfirmation },
);

const removeTotp = operation(
  {
    id: 'removeTotp',
    tag,
    access: 'account',
    summary: 'Remove the authenticator app',
    problems: [404, 409],
    answers: { 204: null },
  },
  {},
);

const renewCodes = operation(
  {
    id: 'renewRecoveryCodes',
    tag,
    access: 'account',
    summary: 'Create new recovery codes',
    description: 'Earlier codes are void.',
    problems: [409],
    answers: { 201: named(RecoveryCodes) },
  },
  {},
);

const passkeyOptions = operation(
  {
    id: 'getPasskeyCreationOptions',
    tag,
    access: 'account',
    summary: 'Get the options for a new passkey',
    description: 'For `navigator.credentials.create` of a browser. The answer is valid for five minutes.',
    problems: [409],
    answers: { 200: named(PasskeyQuestion) },
  },
  {},
);

const addPasskey = operation(
  {
    id: 'addPasskey',
    tag,
    access: 'account',
    summary: 'Register a passkey',
    description: 'From then on the password alone is not enough.',
    problems: [409],
    answers: { 201: named(PasskeyCreated) },
  },
  { body: PasskeyCreation },
);

const renamePasskey = operation(
  {
    id: 'renamePasskey',
    tag,
    access: 'account',
    summary: 'Rename a passkey',
    problems: [404],
    answers: { 200: named(Passkey) },
  },
  { params: PasskeyPath, body: PasskeyRenaming },
);

const removePasskey = operation(
  {
    id: 'removePasskey',
    tag,
    access: 'account',
    summary: 'Remove a passkey',
    description: 'The last way to sign in cannot be removed.',
    problems: [404, 409],
    answers: { 204: null },
  },
  { params: PasskeyPath },
);

const showOfUser = operation(
  {
    id: 'getSignInMethodsOfUser',
    tag,
    access: 'operator',
    summary: 'Show how a user can sign in',
    problems: [404],
    answers: { 200: named(SignInMethods) },
  },
  { params: UserPath },
);

const reset = operation(
  {
    id: 'resetSecondFactor',
    tag,
    access: 'whole_operator',
    summary: "Remove a user's second factors",
    description:
      'For users who have lost them: removes the authenticator app, all passkeys and the recovery codes. A user of ' +
      'whom the settings require a second factor has to set one up at the next sign-in.',
    problems: [404, 409],
    answers: { 200: named(SecondFactorReset) },
  },
  { params: UserPath },
);

/** Authenticator apps, passkeys and recovery codes of the caller; operators see and reset those of others. */
export function signInMethodRoutes(app: NativeApp, { accounts, signInMethods: methods }: Domain): void {
  app.get('/me/sign-in-methods', show, async (request) =>
    presentMethods(await methods.of(callerOf(request).account.uuid)),
  );

  app.post('/me/sign-in-methods/totp', beginTotp, async (request, reply) => {
    reply.code(201);
    return methods.beginTotp(callerOf(request).account.uuid);
  });

  app.post('/me/sign-in-methods/totp/confirm', confirmTotp, async (request) => {
    const { uuid } = callerOf(request).account;
    const enrolled = await methods.confirmTotp(uuid, request.body.code, actorOf(request));
    if (!enrolled) throw new PurserError('invalid_field', { field: 'code', reason: 'is not a current code' });
    return { recovery_codes: enrolled.recoveryCodes ?? null };
  });

  app.delete('/me/sign-in-methods/totp', removeTotp, async (request, reply) => {
    await methods.removeTotp(callerOf(request).account.uuid, actorOf(request));
    reply.code(204);
  });

  app.post('/me/sign-in-methods/recovery-codes', renewCodes, async (request, reply) => {
    const codes = await methods.renewRecoveryCodes(callerOf(request).account.uuid, actorOf(request));
    reply.code(201);
    return { recovery_codes: codes };
  });

  app.post('/me/sign-in-methods/passkeys/options', passkeyOptions, async (request) =>
    methods.passkeyOptions(callerOf(request).account.uuid),
  );

  app.post('/me/sign-in-methods/passkeys', addPasskey, async (request, reply) => {
    const enrolled = await methods.addPasskey(callerOf(request).account.uuid, request.body, actorOf(request));
    if (!enrolled) {
      throw new PurserError('invalid_field', {
        field: 'response',
        reason: 'is not a new passkey for this service, or its ticket has expired',
      });
    }
    reply.code(201);
    return { ...presentPasskey(enrolled.made), recovery_codes: enrolled.recoveryCodes ?? null };
  });

  app.patch('/me/sign-in-methods/passkeys/:id', renamePasskey, async (request) => {
    const { params, body } = request;
    const { uuid } = callerOf(request).account;
    return presentPasskey(await methods.renamePasskey(uuid, params.id, body.name, actorOf(request)));
  });

  app.delete('/me/sign-in-methods/passkeys/:id', removePasskey, async (request, reply) => {
    await methods.removePasskey(callerOf(request).account.uuid, request.params.id, actorOf(request));
    reply.code(204);
  });

  app.get('/users/:user/sign-in-methods', showOfUser, async ({ params }) => {
    const { uuid } = await accounts.find(params.user);
    return presentMethods(await methods.of(uuid));
  });

  app.delete('/users/:user/sign-in-methods/second-factor', reset, async (request) => {
    const { uuid } = await accounts.find(request.params.user);
    return methods.reset(uuid, actorOf(request));
  });
}

function presentMethods(methods: MethodsOfAccount): WireSignInMethods {
  const { account, totp, passkeys, recoveryCodes, required, passkeysUnavailable } = methods;
  return {
    password: account.passwordSet,
    totp: totp ? time(totp.confirmedAt) : null,
    passkeys: passkeys.map(presentPasskey),
    recovery_codes_left: recoveryCodes?.left ?? 0,
    second_factor: totp !== undefined || passkeys.length > 0,
    second_factor_required: required,
    passkeys_unavailable: passkeysUnavailable ?? null,
  };
}

function presentPasskey({ id, name, createdAt, lastUsedAt, syncable, synced }: DomainPasskey): WirePasskey {
  return {
    id,
    name,
    created_at: time(createdAt),
    last_used_at: timeOrNull(lastUsedAt),
    syncable,
    synced,
  };
}
