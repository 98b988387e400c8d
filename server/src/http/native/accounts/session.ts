import {
  SecondFactorProof,
  Session,
  SignIn,
  SignInPassword,
  SignInTerms,
} from '@purser/api/native/accounts/session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../directory/tokens/principal.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { Session as DomainSession } from '../../../signin/session.ts';
import type { SignInResult } from '../../../signin/sign-in.ts';
import { originOf } from '../../kernel/request-origin.ts';
import { clearSessionCookie, clientOf, sendSessionCookie } from '../../kernel/session-cookie.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentSession, presentUser, time } from '../frame/presenters.ts';

const tag = 'Sessions';

const STEPS =
  'Responds 201 with the cookie of the session. If the sign-in needs another step, it responds 401 with a `ticket` for ' +
  'that step: `second_factor_required` (with `methods`), `password_change_required` or `terms_unsigned`.';

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
export function sessionRoutes(app: NativeApp, { signIn, sessions, settings }: Domain): void {
  /** Sends the result of a step. Errors: `foreign_request`; the code of the next step. */
  const step = async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<SignInResult>,
  ): Promise<Session> => {
    // Otherwise another site could sign a browser in to an account of its choice.
    if (originOf(request, settings.baseUrl) === 'foreign') throw new PurserError('foreign_request');
    const { started, next } = await work();
    if (next) {
      const { step: code, ticket, expiresAt, methods } = next;
      throw new PurserError(code, { ticket, expires_at: time(expiresAt), ...(methods && { methods }) });
    }
    const { secret, session, principal } = started;
    sendSessionCookie(reply, secret).code(201);
    return presented(session, principal);
  };

  app.post('/session', start, (request, reply) => {
    const { username, password } = request.body;
    return step(request, reply, () => signIn.withPassword(username, password, clientOf(request)));
  });

  app.post('/session/second-factor', secondFactor, (request, reply) => {
    const { ticket, ...proof } = request.body;
    return step(request, reply, () => signIn.withSecondFactor(ticket, proof, clientOf(request)));
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
    return presented(await sessions.of(principal), principal);
  });

  app.delete('/session', end, async (request, reply) => {
    const principal = callerOf(request);
    const { id } = await sessions.of(principal);
    await sessions.end(principal.account.uuid, id, actorOf(request));
    clearSessionCookie(reply).code(204);
  });
}

const presented = (session: DomainSession, { account }: Principal): Session => ({
  ...presentSession(session),
  user: presentUser(account),
});
