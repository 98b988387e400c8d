import {
  User,
  UserAction,
  UserChanged,
  UserChanges,
  UserCreated,
  UserCreation,
  UserLookup,
  UserPath,
  UserQuery,
  UsersFound,
} from '@purser/api/native/accounts/user';
import { page } from '@purser/api/native/common';
import type { Static } from 'typebox';
import type { Actor } from '../../../audit/actor.ts';
import { createUser } from '../../../directory/accounts/provisioning.ts';
import type { Account } from '../../../directory/tokens/principal.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import { actorOf } from '../frame/access.ts';
import { describe } from '../frame/faults.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { presentUser } from '../frame/presenters.ts';

const tag = 'Users';

const list = operation(
  {
    id: 'listUsers',
    tag,
    access: 'operator',
    summary: 'List users',
    answers: { 200: page(named(User), 'users') },
  },
  { querystring: UserQuery },
);

const create = operation(
  {
    id: 'createUser',
    tag,
    access: 'whole_operator',
    summary: 'Create a user',
    description:
      'The account is active immediately, without verification and moderation, and has an API token. A service account has a user name, but no e-mail address and no project of its own.',
    problems: [409],
    answers: { 201: named(UserCreated) },
  },
  { body: UserCreation },
);

const show = operation(
  {
    id: 'getUser',
    tag,
    access: 'profile',
    summary: 'Show a user',
    problems: [404],
    answers: { 200: named(User) },
  },
  { params: UserPath },
);

const change = operation(
  {
    id: 'changeUser',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Change a user',
    problems: [404, 409],
    answers: { 200: named(UserChanged) },
  },
  { params: UserPath, body: UserChanges },
);

const act = operation(
  {
    id: 'actOnUser',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Change the state of a user account',
    description: 'Returns 409 if the current state of the account does not allow the transition.',
    problems: [404, 409],
    answers: { 200: named(User) },
  },
  { params: UserPath, body: UserAction },
);

const remove = operation(
  {
    id: 'removeUser',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Delete a user that was never accepted',
    description: 'An accepted user cannot be deleted; deactivate the account instead.',
    problems: [404, 409],
    answers: { 204: null },
  },
  { params: UserPath },
);

const lookUp = operation(
  {
    id: 'lookUpUsers',
    tag,
    access: 'any',
    summary: 'Look up user names by uuid, and uuids by user name',
    description: 'An e-mail address that belongs to exactly one account is accepted as a user name.',
    answers: {
      200: UsersFound,
    },
  },
  { body: UserLookup },
);

/** User accounts. */
export function userRoutes(app: NativeApp, domain: Domain): void {
  const { accounts, secrets, settings } = domain;
  app.get('/users', list, ({ query: { limit, after, ...filters } }) =>
    pageFrom({ limit, after }, (window) => accounts.list({ ...filters, ...window }), presentUser),
  );

  app.post('/users', create, async (request, reply) => {
    const { first_name: firstName, last_name: lastName, affiliation } = request.body;
    const { email = null, username, service } = request.body;
    if (!service) requirePerson(request.body);
    const { generated, ...password } = passwordOf(request.body, secrets);
    const person = {
      email,
      // A service account without a personal name is displayed by its user name.
      firstName: firstName ?? username?.slice(0, LIMITS.person_name_length) ?? '',
      lastName,
      ...omitUndefined({ username, service, affiliation }),
      ...password,
    };
    const { account, secret } = await createUser(domain, { ...person, token: 'first' }, actorOf(request));
    reply.code(201).header('location', publicPath(settings.baseUrl, `${app.prefix}/users/${account.uuid}`));
    return {
      ...presentUser(account),
      token: secret,
      ...(generated !== undefined && { password: generated }),
    };
  });

  app.get('/users/:user', show, async ({ params }) => presentUser(await accounts.find(params.user)));

  app.patch('/users/:user', change, async (request) => {
    const { params, body } = request;
    const { uuid } = await accounts.find(params.user);
    const {
      email,
      username,
      first_name: firstName,
      last_name: lastName,
      affiliation,
      language,
      end_all: endAll,
    } = body;
    const { generated, ...password } = passwordOf(body, secrets);
    const changes = {
      ...omitUndefined({ email, username, firstName, lastName, affiliation, language, endAll }),
      ...password,
    };
    const changed = presentUser(await accounts.update(uuid, changes, actorOf(request)));
    return { ...changed, ...(generated !== undefined && { password: generated }) };
  });

  app.delete('/users/:user', remove, async (request, reply) => {
    const { uuid } = await accounts.find(request.params.user);
    await accounts.remove(uuid, actorOf(request));
    reply.code(204);
  });

  app.post('/users/lookup', lookUp, async ({ body: { ids = [], usernames = [] } }) => {
    const byName = await accounts.uuidsOf(usernames, { orEmail: true });
    const wanted = new Set([...ids, ...byName.values()]);
    const found = await accounts.usernamesOf([...wanted]);
    return {
      items: [...wanted].flatMap((id) => {
        const username = found.get(id);
        return username === undefined ? [] : [{ id, username }];
      }),
      missing: [...ids.filter((id) => !found.has(id)), ...usernames.filter((name) => !byName.has(name))],
    };
  });

  app.post('/users/:user/action', act, async (request) => {
    const { action, reason = '' } = request.body;
    const { uuid } = await accounts.find(request.params.user);
    return presentUser(await ACTIONS[action](accounts, uuid, reason, actorOf(request)));
  });
}

type Action = Static<typeof UserAction>['action'];

const ACTIONS: Record<
  Action,
  (accounts: Domain['accounts'], uuid: string, reason: string, by: Actor) => Promise<Account>
> = {
  verify: (accounts, uuid, _reason, by) => accounts.verify(uuid, by),
  accept: (accounts, uuid, _reason, by) => accounts.accept(uuid, 'manual', by),
  reject: (accounts, uuid, reason, by) => accounts.reject(uuid, reason, by),
  activate: (accounts, uuid, _reason, by) => accounts.activate(uuid, by),
  deactivate: (accounts, uuid, reason, by) => accounts.deactivate(uuid, reason, by),
  delete: (accounts, uuid, reason, by) => accounts.delete(uuid, reason, by),
  sign_terms: (accounts, uuid, _reason, by) => accounts.signTerms(uuid, undefined, { by }),
};

/** Throws `invalid_request` with every property that a personal account requires and the body lacks. */
function requirePerson(body: Static<typeof UserCreation>): void {
  const needed = ['email', 'first_name', 'last_name'] as const;
  const errors = needed
    .filter((field) => body[field] === undefined)
    .map((field) => ({ field, reason: 'is missing' }));
  if (errors.length > 0) throw new PurserError('invalid_request', { reason: describe(errors), errors });
}

/** The password of a body, either given or generated. A generated password must be changed at the first login. */
function passwordOf(
  { password, generate_password }: Pick<Static<typeof UserCreation>, 'password' | 'generate_password'>,
  secrets: Domain['secrets'],
): { password?: string; passwordOnce?: true; generated?: string } {
  if (!generate_password) return omitUndefined({ password });
  if (password !== undefined) {
    const reason = 'cannot be combined with `password`';
    throw new PurserError('invalid_field', { field: 'generate_password', reason });
  }
  const generated = secrets.password();
  return { password: generated, passwordOnce: true, generated };
}
