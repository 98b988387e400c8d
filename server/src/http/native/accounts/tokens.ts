import { Token, TokenCreated, TokenCreation, TokenPath } from '@purser/api/native/accounts/token';
import { UserPath } from '@purser/api/native/accounts/user';
import { PageQuery, page } from '@purser/api/native/common';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { presentToken } from '../frame/presenters.ts';
import { instantOf } from '../frame/times.ts';

const tag = 'Tokens';

const list = operation(
  {
    id: 'listTokens',
    tag,
    access: 'self',
    summary: "List a user's tokens",
    problems: [404],
    answers: { 200: page(named(Token), 'tokens') },
  },
  { params: UserPath, querystring: PageQuery },
);

const create = operation(
  {
    id: 'createToken',
    tag,
    access: 'secrets',
    summary: 'Create a token',
    problems: [404, 409],
    answers: { 201: named(TokenCreated) },
  },
  { params: UserPath, body: TokenCreation },
);

const revoke = operation(
  {
    id: 'revokeToken',
    tag,
    access: 'secrets',
    summary: 'Revoke a token',
    description:
      'Also ends all tokens and application credentials that were made with it, directly or through others. ' +
      'A token that revokes itself is a logout: only tokens that it was exchanged for end with it.',
    problems: [404],
    answers: { 204: null },
  },
  { params: TokenPath },
);

/** API tokens. Users manage their own. */
export function tokenRoutes(app: NativeApp, { accounts, tokens }: Domain): void {
  app.get('/users/:user/tokens', list, async ({ params, query }) => {
    const { uuid } = await accounts.find(params.user);
    return pageFrom(query, (window) => tokens.list(uuid, window), presentToken);
  });

  app.post('/users/:user/tokens', create, async (request, reply) => {
    const { name, expires_at, project, roles, scope, replace } = request.body;
    const { uuid } = await accounts.find(request.params.user);
    const expiresAt = typeof expires_at === 'string' ? instantOf('expires_at', expires_at) : expires_at;
    const wanted = { name, ...omitUndefined({ expiresAt, project, roles, scope, replace }) };
    const { token, secret, replaced, replacedCredentials } = await tokens.issue(uuid, wanted, {
      by: actorOf(request),
      caller: callerOf(request),
    });
    reply.code(201);
    return {
      ...presentToken(token),
      token: secret,
      replaced: replaced.map(({ id, name }) => ({ id, name })),
      replaced_application_credentials: [...replacedCredentials],
    };
  });

  app.delete('/users/:user/tokens/:id', revoke, async (request, reply) => {
    const { uuid } = await accounts.find(request.params.user);
    await tokens.revoke(uuid, request.params.id, { by: actorOf(request), caller: callerOf(request) });
    reply.code(204);
  });
}
