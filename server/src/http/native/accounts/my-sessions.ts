import { SessionEnding, SessionList, SessionPath, SessionsEnded } from '@purser/api/native/accounts/session';
import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../../domain.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentSession } from '../frame/presenters.ts';

const tag = 'Sessions';

const list = operation(
  {
    id: 'listMySessions',
    tag,
    access: 'account',
    summary: 'List your sessions',
    answers: { 200: named(SessionList) },
  },
  {},
);

const end = operation(
  {
    id: 'endMySession',
    tag,
    access: 'account',
    summary: 'End one of your sessions',
    problems: [404],
    answers: { 204: null },
  },
  { params: SessionPath },
);

const endAll = operation(
  {
    id: 'endMySessions',
    tag,
    access: 'account',
    summary: 'End your other sessions',
    description: 'With `all=true` the session of the request ends too.',
    answers: { 200: named(SessionsEnded) },
  },
  { querystring: SessionEnding },
);

/** The sessions of the caller, on all devices. */
export function mySessionRoutes(app: NativeApp, domain: Domain): void {
  const { sessions } = domain;

  app.get('/me/sessions', list, (request) => sessionsOf(domain, request, callerOf(request).account.uuid));

  app.delete('/me/sessions/:session', end, async (request, reply) => {
    await sessions.end(callerOf(request).account.uuid, request.params.session, actorOf(request));
    reply.code(204);
  });

  app.delete('/me/sessions', endAll, async (request) => {
    const { account, token } = callerOf(request);
    const keep = request.query.all ? undefined : token.id;
    return { ended: await sessions.endAll(account.uuid, actorOf(request), { keep }) };
  });
}

/** The sessions of a user, of which the request may have one. */
export async function sessionsOf(
  { sessions }: Domain,
  request: FastifyRequest,
  accountUuid: string,
): Promise<SessionList> {
  const caller = callerOf(request);
  const current = caller.token.session ? (await sessions.of(caller)).id : undefined;
  const all = await sessions.list(accountUuid);
  return { sessions: all.map((one) => ({ ...presentSession(one), current: one.id === current })) };
}
