import { page } from '@purser/api/native/common';
import {
  User,
  UserAction,
  UserChanges,
  UserCreated,
  UserCreation,
  UserPath,
  UserQuery,
} from '@purser/api/native/user';
import type { Static } from 'typebox';
import type { Actor } from '../../audit/actor.ts';
import type { Account } from '../../directory/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { actorOf } from './access.ts';
import { given } from './given.ts';
import type { NativeApp } from './native-app.ts';
import { named, operation } from './operation.ts';
import { pageFrom } from './paging.ts';
import { presentUser } from './presenters.ts';

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
    access: 'operator',
    summary: 'Create a user',
    description: 'The user is active at once, without verification and moderation, and has an API token.',
    problems: [409],
    answers: { 201: named(UserCreated) },
  },
  { body: UserCreation },
);

const show = operation(
  {
    id: 'getUser',
    tag,
    access: 'self',
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
    access: 'operator',
    summary: 'Change a user',
    problems: [404, 409],
    answers: { 200: named(User) },
  },
  { params: UserPath, body: UserChanges },
);

const act = operation(
  {
    id: 'actOnUser',
    tag,
    access: 'operator',
    summary: 'Move a user through the life of an account',
    description: 'A transition that the present state does not allow is refused with 409.',
    problems: [404, 409],
    answers: { 200: named(User) },
  },
  { params: UserPath, body: UserAction },
);

/** Accounts of users. */
export function userRoutes(app: NativeApp, { accounts, tokens, secrets }: Domain): void {
  app.get('/users', list, ({ query: { limit, after, ...filters } }) =>
    pageFrom({ limit, after }, (window) => accounts.list({ ...filters, ...window }), presentUser),
  );

  app.post('/users', create, async (request, reply) => {
    const { account, password } = await createUser({ accounts, secrets }, request.body, actorOf(request));
    const { secret } = await tokens.issue(account.uuid, { name: 'first' });
    reply.code(201).header('location', `${app.prefix}/users/${account.uuid}`);
    return { ...presentUser(account), token: secret, ...(password !== undefined && { password }) };
  });

  app.get('/users/:user', show, async ({ params }) => presentUser(await accounts.find(params.user)));

  app.patch('/users/:user', change, async (request) => {
    const { params, body } = request;
    const { uuid } = await accounts.find(params.user);
    const { email, first_name: firstName, last_name: lastName, password, affiliation } = body;
    return presentUser(
      await accounts.update(
        uuid,
        given({ email, firstName, lastName, password, affiliation }),
        actorOf(request),
      ),
    );
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
  sign_terms: (accounts, uuid) => accounts.signTerms(uuid),
};

/** Creates the account of a request; answers the password too if it was generated. */
async function createUser(
  { accounts, secrets }: Pick<Domain, 'accounts' | 'secrets'>,
  { email, first_name, last_name, affiliation, ...body }: Static<typeof UserCreation>,
  by: Actor,
): Promise<{ account: Account; password?: string }> {
  if (body.generate_password && body.password !== undefined) {
    throw new PurserError('invalid_field', {
      field: 'generate_password',
      reason: 'does not go with a password',
    });
  }
  const generated = body.generate_password ? { password: secrets.password(), passwordOnce: true } : {};
  const details = given({ password: body.password, affiliation, ...generated });
  const account = await accounts.createActive(
    { email, firstName: first_name, lastName: last_name, ...details },
    'manual',
    undefined,
    by,
  );
  return { account, ...(generated.password !== undefined && { password: generated.password }) };
}
