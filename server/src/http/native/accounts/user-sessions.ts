import { SessionList, SessionsEnded, UserSessionPath } from '@purser/api/native/accounts/session';
import { UserPath } from '@purser/api/native/accounts/user';
import type { Domain } from '../../../domain.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { sessionsOf } from './my-sessions.ts';

const tag = 'Sessions';

const list = operation(
  {
    id: 'listUserSessions',
    tag,
    access: 'self',
    summary: "List a user's sessions",
    problems: [404],
    answers: { 200: named(SessionList) },
  },
  { params: UserPath },
);

const end = operation(
  {
    id: 'endUserSession',
    tag,
    access: 'secrets',
    summary: "End one of a user's sessions",
    problems: [404],
    answers: { 204: null },
  },
  { params: UserSessionPath },
);

const endAll = operation(
  {
    id: 'endUserSessions',
    tag,
    access: 'secrets',
    summary: "End all of a user's sessions",
    description:
      'The tokens and application credentials that were created in them end too; others stay. The user can sign in again; ' +
      'deactivate the account to prevent that.',
    problems: [404],
    answers: { 200: named(SessionsEnded) },
  },
  { params: UserPath },
);

/** The sessions of a user, for operators. */
export function userSessionRoutes(app: NativeApp, domain: Domain): void {
  const { accounts, sessions } = domain;

  app.get('/users/:user/sessions', list, async (request) => {
    const { uuid } = await accounts.find(request.params.user);
    return sessionsOf(domain, request, uuid);
  });

  app.delete('/users/:user/sessions/:session', end, async (request, reply) => {
    const { uuid } = await accounts.find(request.params.user);
    await sessions.end(uuid, request.params.session, actorOf(request));
    reply.code(204);
  });

  app.delete('/users/:user/sessions', endAll, async (request) => {
    const { uuid } = await accounts.find(request.params.user);
    return { ended: await sessions.endAll(uuid, actorOf(request)) };
  });
}
