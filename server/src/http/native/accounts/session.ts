import {
  PasskeyOptionsRequest,
  SecondFactorProof,
  Session,
  SignIn,
  SignInPassword,
  SignInTerms,
} from '@purser/api/native/accounts/session';
import { PasskeyQuestion } from '@purser/api/native/accounts/sign-in-methods';
import type { Domain } from '../../../domain.ts';
import { clearSessionCookie, clientOf } from '../../kernel/session-cookie.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentOwnSession, STEPS, signInStep } from './sign-in-step.ts';

const tag = 'Sessions';

const start = operation(
  {
    id: 'signIn',
    tag,
    access: 'public',
    summary: 'Sign in with a password',
    description:
      `${STEPS} A wrong password and an unknown user get the same response. With the correct password the response says ` +
      'why the account cannot sign in: `waiting_for_verification`, `waiting_for_moderation`, `suspended`. ' +
      'Programs use tokens: see `logIn`.',
    problems: [401, 403],
    texts: { 401: 'The credentials are wrong, the account cannot be used, or another step is required.' },
    answers: { 201: named(Session) },
  },
  { body: SignIn },
);

const secondFactor = operation(
  {
    id: 'signInWithSecondFactor',
    tag,
    access: 'public',
    summary: 'Continue a sign-in with a second factor',
    description: STEPS,
    problems: [401, 403],
    answers: { 201: named(Session) },
  },
  { body: SecondFactorProof },
);

const passkeyOptions = operation(
  {
    id: 'getPasskeyOptions',
    tag,
    access: 'public',
    summary: 'Get the options for signing in with a passkey',
    description:
      'For `navigator.credentials.get` of a browser. With the ticket of a sign-in the passkey is the second factor; ' +
      'without one it is the only factor, and the user is who the passkey says. The answer goes to ' +
      '`signInWithSecondFactor` with the ticket of this response.',
    problems: [401, 404, 409],
    answers: { 200: named(PasskeyQuestion) },
  },
  { body: PasskeyOptionsRequest },
);

const terms = operation(
  {
    id: 'signInWithTerms',
    tag,
    access: 'public',
    summary: 'Continue a sign-in by accepting the terms of service',
    description: STEPS,
    problems: [401, 403, 409],
    answers: { 201: named(Session) },
  },
  { body: SignInTerms },
);

const password = operation(
  {
    id: 'signInWithNewPassword',
    tag,
    access: 'public',
    summary: 'Continue a sign-in with a new password',
    description: STEPS,
    problems: [401, 403],
    answers: { 201: named(Session) },
  },
  { body: SignInPassword },
);

const show = operation(
  {
    id: 'getSession',
    tag,
    access: 'session',
    summary: 'Show the session of the request',
    description: 'A token is not a session.',
    answers: { 200: named(Session) },
  },
  {},
);

const end = operation(
  {
    id: 'signOut',
    tag,
    access: 'session',
    summary: 'Sign out',
    description: 'Ends the session of the request.',
    answers: { 204: null },
  },
  {},
);

/** Sign-in of browsers, and the session of a request. */
export function sessionRoutes(app: NativeApp, { signIn, passkeySignIn, sessions, settings }: Domain): void {
  const step = signInStep(settings);

  app.post('/session', start, (request, reply) => {
    const { username, password } = request.body;
    return step(request, reply, () => signIn.withPassword(username, password, clientOf(request)));
  });

  app.post('/session/second-factor', secondFactor, (request, reply) => {
    const { ticket, ...proof } = request.body;
    return step(request, reply, () => signIn.withSecondFactor(ticket, proof, clientOf(request)));
  });

  app.post('/session/passkey/options', passkeyOptions, (request) => {
    const { ticket } = request.body;
    return ticket === undefined ? passkeySignIn.alone(request.ip) : passkeySignIn.second(ticket);
  });

  app.post('/session/terms', terms, (request, reply) =>
    step(request, reply, () => signIn.withTerms(request.body.ticket, request.body.terms, clientOf(request))),
  );

  app.post('/session/password', password, (request, reply) =>
    step(request, reply, () =>
      signIn.withNewPassword(request.body.ticket, request.body.new, clientOf(request)),
    ),
  );

  app.get('/session', show, async (request) => {
    const principal = callerOf(request);
    return presentOwnSession(await sessions.of(principal), principal);
  });

  app.delete('/session', end, async (request, reply) => {
    const principal = callerOf(request);
    await sessions.signOut(principal, actorOf(request));
    clearSessionCookie(reply).code(204);
  });
}
