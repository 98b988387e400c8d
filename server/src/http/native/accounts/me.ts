import {
  MailRequested,
  Me,
  MeChanges,
  OwnEmail,
  OwnPassword,
  OwnTerms,
  PasswordChanged,
} from '@purser/api/native/accounts/me';
import { User } from '@purser/api/native/accounts/user';
import { refuseForeignAddress } from '../../../directory/accounts/account-names.ts';
import { isOperator, withinReach } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { requestOwnEmailChange } from '../../kernel/own-email-change.ts';
import { clientOf, sendSessionCookie } from '../../kernel/session-cookie.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { presentRoleGrant, presentToken, presentUser } from '../frame/presenters.ts';

const tag = 'Me';

const show = operation(
  {
    id: 'getMe',
    tag,
    access: 'any',
    summary: 'Show the authenticated user',
    answers: { 200: named(Me) },
  },
  {},
);

const change = operation(
  {
    id: 'changeMe',
    tag,
    access: 'account',
    summary: 'Change your name, user name or language',
    description: 'The user name can be changed if it need not be the e-mail address.',
    problems: [409],
    answers: { 200: named(User) },
  },
  { body: MeChanges },
);

const password = operation(
  {
    id: 'changeMyPassword',
    tag,
    access: 'account',
    summary: 'Change your password, or set the first one',
    description:
      'Ends what came of the old password: sessions, API tokens and application credentials, also the token of the ' +
      'request. The session of the request goes on with a new cookie.',
    answers: { 200: named(PasswordChanged) },
  },
  { body: OwnPassword },
);

const email = operation(
  {
    id: 'changeMyEmail',
    tag,
    access: 'account',
    summary: 'Request another e-mail address',
    description: 'Mails a link to the new address. The address changes when the link is confirmed.',
    problems: [409],
    answers: { 202: named(MailRequested) },
  },
  { body: OwnEmail },
);

const acceptTerms = operation(
  {
    id: 'acceptTerms',
    tag,
    access: 'account',
    unsigned: true,
    summary: 'Accept the terms of service with a number',
    description: 'Responds 409 `terms_outdated` if they are not the terms in force.',
    problems: [409],
    answers: { 200: named(User) },
  },
  { body: OwnTerms },
);

/** The account and the rights of the caller, and what callers change about their own account. */
export function meRoutes(app: NativeApp, domain: Domain): void {
  const { projects, accounts, ownPassword } = domain;

  app.get('/me', show, async (request) => {
    const principal = callerOf(request);
    return {
      user: presentUser(principal.account),
      token: presentToken(principal.token),
      methods: [...(principal.token.origin?.methods ?? [])],
      roles: principal.grants.map(presentRoleGrant),
      operator: isOperator(principal),
      projects: withinReach(principal, await projects.activeOf(principal.account.uuid)),
    };
  });

  app.patch('/me', change, async (request) => {
    const { first_name: firstName, last_name: lastName, username, affiliation, language } = request.body;
    const { uuid, email: address } = callerOf(request).account;
    refuseForeignAddress(username, address);
    const changes = omitUndefined({ firstName, lastName, username, affiliation, language });
    return presentUser(await accounts.update(uuid, changes, actorOf(request)));
  });

  app.post('/me/password', password, async (request, reply): Promise<PasswordChanged> => {
    const { current, new: fresh } = request.body;
    const client = clientOf(request);
    const { secret, ended } = await ownPassword.change(callerOf(request), { current, fresh }, client);
    if (secret !== undefined) sendSessionCookie(reply, secret);
    const tokens = ended.tokens.filter((token) => !token.session && !token.ended);
    return {
      tokens: tokens.map(({ id, name }) => ({ id, name })),
      application_credentials: ended.credentials.map(({ id, name }) => ({ id, name })),
      sessions: ended.tokens.filter((token) => token.session).length,
    };
  });

  app.post('/me/email', email, async (request, reply): Promise<MailRequested> => {
    const wanted = { email: request.body.email, current: request.body.current };
    await requestOwnEmailChange(domain, callerOf(request), wanted, request.ip);
    reply.code(202);
    return { status: 'requested' };
  });

  app.post('/me/terms', acceptTerms, async (request) => {
    const by = actorOf(request);
    const { uuid } = callerOf(request).account;
    return presentUser(await accounts.signTerms(uuid, undefined, { read: request.body.id, by }));
  });
}
