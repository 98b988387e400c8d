import type { FastifyRequest } from 'fastify';
import { createUser } from '../../directory/accounts/provisioning.ts';
import type { Account, Principal } from '../../directory/tokens/principal.ts';
import { isOperator } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { asInteger, isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import type { Requester } from '../../projects/requester.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { userOf } from '../cloudfault/callers.ts';
import { setDefaultProject } from '../cloudfault/default-project.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import { sendPieces } from '../cloudfault/sending-pieces.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';
import { presentUsers } from './admin-user-json.ts';

/** The users API, for programs of older installations (identity-v2 §6). Paths are below `/identity`. */
export function adminUserRoutes(domain: Domain): RouteTable {
  const operatorRoles = domain.settings.adminApiGroups;
  const serve = (handler: Endpoint['handler']): Endpoint => ({
    requires: { operators: 'any', operatorRoles },
    handler,
  });
  // Changes of accounts and their secrets require a full-access token.
  const change = (handler: Endpoint['handler']): Endpoint => ({
    requires: { operators: 'whole', operatorRoles },
    handler,
  });
  const one = async (account: Account) => ({ user: (await presentUsers(domain, [account], true))[0] });
  const methods = {
    '/v2.0/users': {
      GET: serve((_request, reply) => sendPieces(reply, allUsers(domain, false))),
      POST: change(async (request, reply) => sendJson(reply, { user: await create(domain, request) })),
    },
    '/v2.0/users/detail': {
      GET: serve((_request, reply) => sendPieces(reply, allUsers(domain, true))),
    },
    '/v2.0/users/:user': {
      GET: serve(async (request, reply) => sendJson(reply, await one(await named(domain, request)))),
      PUT: change(async (request, reply) => sendJson(reply, await one(await modify(domain, request)))),
    },
    '/v2.0/users/:user/action': {
      POST: change(async (request, reply) => sendJson(reply, { user: await act(domain, request) })),
    },
  };
  // The router would include a suffix in the value of the parameter, so paths with a suffix are routes of their own.
  return Object.entries(methods).flatMap(([path, served]) =>
    (path.endsWith(':user') ? [''] : ['', '.json', '.xml']).map((suffix) => ({
      path: path + suffix,
      methods: served,
    })),
  );
}

/** Accounts read in one step. */
const CHUNK = 250;

/** All accounts, in ascending order of id. */
async function* allUsers(domain: Domain, detailed: boolean): AsyncGenerator<string> {
  let before = '{"users":[';
  for (let after: number | undefined; ; ) {
    const accounts = await domain.accounts.list({ limit: CHUNK, after });
    if (accounts.length > 0) {
      const users = await presentUsers(domain, accounts, detailed);
      yield before + users.map((user) => JSON.stringify(user)).join(',');
      before = ',';
    }
    if (accounts.length < CHUNK) break;
    after = accounts.at(-1)?.id;
  }
  // The list has at least one item, the caller.
  yield ']}';
}

async function named({ accounts }: Domain, request: FastifyRequest): Promise<Account> {
  const { user } = request.params as { user: string };
  try {
    return await accounts.get(user.replace(/\.(?:json|xml)$/, ''));
  } catch (error) {
    throw error instanceof PurserError && error.code === 'account_not_found'
      ? new Refusal('not_found', 'User not found')
      : error;
  }
}

/** The account of the path, for a change: only operators can change operators. */
async function changeable(domain: Domain, request: FastifyRequest): Promise<Account> {
  const account = await named(domain, request);
  const roles = (await domain.roles.onCloudOf([account.uuid])).get(account.uuid);
  if (roles?.includes('admin') && !isOperator(userOf(request))) throw new Refusal('forbidden', '');
  return account;
}

const actorOf = (request: FastifyRequest): Requester => requesterOf(userOf(request), request);

async function create(domain: Domain, request: FastifyRequest): Promise<object> {
  const fields = userInBody(request);
  const given = {
    ...namesOf(fields, domain),
    firstName: nameOf(fields, 'first_name'),
    lastName: nameOf(fields, 'last_name'),
    ...affiliationOf(fields),
  };
  const password = passwordOf(fields['password']) ?? domain.secrets.password();
  const wanted = {
    ...given,
    email: given.email ?? given.username ?? '',
    password,
    signTerms: true,
    token: 'first',
  };
  const { account, secret } = await inWordsOfTheApi(given.username ?? given.email ?? '', () =>
    createUser(domain, wanted, actorOf(request)),
  );
  return { id: account.uuid, password, auth_token: secret };
}

async function modify(domain: Domain, request: FastifyRequest): Promise<Account> {
  const { uuid } = await changeable(domain, request);
  const fields = userInBody(request);
  const has = (key: string) => Object.hasOwn(fields, key);
  const names =
    has('username') || (has('email') && !domain.accounts.policy.usernameIsEmail)
      ? namesOf(fields, domain)
      : {};
  const password = passwordOf(fields['password']);
  const changes = {
    ...names,
    ...(has('first_name') && { firstName: nameOf(fields, 'first_name') }),
    ...(has('last_name') && { lastName: nameOf(fields, 'last_name') }),
    ...(password !== undefined && { password }),
    ...affiliationOf(fields),
  };
  return inWordsOfTheApi(names.username ?? names.email ?? '', () =>
    domain.accounts.update(uuid, changes, actorOf(request)),
  );
}

type Act = (
  domain: Domain,
  account: Account,
  value: Json,
  by: Requester,
  caller: Principal,
) => Promise<object>;

const ACTS: Readonly<Record<string, Act>> = {
  activate: async ({ accounts }, account, _value, by) => {
    try {
      return { is_active: (await accounts.activate(account.uuid, by)).active };
    } catch (error) {
      // The flag in the response shows that nothing has changed.
      if (!(error instanceof PurserError && error.kind === 'not_allowed')) throw error;
      return { is_active: account.active };
    }
  },
  deactivate: async ({ accounts }, { uuid }, value, by) => {
    const reason = isObject(value) ? (value['reason'] ?? '') : '';
    if (typeof reason !== 'string') throw badRequest('Invalid reason');
    return { is_active: (await accounts.deactivate(uuid, reason, by)).active };
  },
  renewToken: async ({ tokens }, { uuid }, _value, by, caller) => {
    const { secret } = await tokens.issue(uuid, { name: 'renewed', replace: true }, { by, caller });
    return { auth_token: secret };
  },
  signTerms: async ({ accounts }, { uuid }) => {
    await accounts.signTerms(uuid);
    return { has_signed_terms: true };
  },
  setDefaultProject: async (domain, { uuid }, value, by) => {
    const project = isObject(value) ? (value['project_id'] ?? value['project']) : value;
    const reference = typeof project === 'string' ? project : asInteger(project)?.toString();
    if (reference === undefined) throw new Refusal('forbidden', 'Project id not specified');
    await setDefaultProject(domain, uuid, reference, by);
    return { default_project: (await domain.accounts.get(uuid)).defaultProject };
  },
};

async function act(domain: Domain, request: FastifyRequest): Promise<object> {
  const account = await changeable(domain, request);
  const [[action, value] = ['', null], ...more] = Object.entries(jsonObjectBody(request));
  const perform = Object.hasOwn(ACTS, action) ? ACTS[action] : undefined;
  if (!perform || more.length > 0) throw badRequest('Invalid action');
  return { id: account.uuid, ...(await perform(domain, account, value, actorOf(request), userOf(request))) };
}

function userInBody(request: FastifyRequest): JsonObject {
  const { user } = jsonObjectBody(request);
  if (!isObject(user)) throw badRequest('Request should be a JSON dict');
  // Metadata is not stored, and a silent success would hide that.
  const { metadata } = user;
  if (isObject(metadata) ? Object.keys(metadata).length > 0 : (metadata ?? null) !== null) {
    throw badRequest('Invalid metadata: it is not supported');
  }
  return user;
}

/** The user name is the e-mail address; where that is not required, an address is given separately, or is the name. */
function namesOf(
  { username, email }: JsonObject,
  { accounts }: Domain,
): { email?: string; username?: string } {
  if (accounts.policy.usernameIsEmail) {
    if (typeof username !== 'string') throw invalidUsername();
    return { email: username };
  }
  const given = [username, email].every((value) => value === undefined || typeof value === 'string');
  if (!given) throw invalidUsername();
  return {
    ...(typeof username === 'string' && { username }),
    ...(typeof email === 'string' && { email }),
  };
}

const invalidUsername = () => badRequest('Invalid username (email format required)');

function nameOf(fields: JsonObject, key: 'first_name' | 'last_name'): string {
  const value = fields[key];
  if (typeof value !== 'string' || value.trim() === '') throw badRequest(`Invalid ${key}`);
  return value;
}

function affiliationOf({ affiliation }: JsonObject): { affiliation?: string } {
  if (affiliation === undefined || affiliation === null) return {};
  if (typeof affiliation !== 'string') throw badRequest('Invalid affiliation');
  return { affiliation };
}

function passwordOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badRequest('Invalid password');
  return value;
}

/** Translates errors of the domain to the texts that clients of this API know (identity-v2 §6). */
async function inWordsOfTheApi<T>(email: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PurserError)) throw error;
    switch (error.code) {
      case 'email_invalid':
        throw invalidUsername();
      case 'email_taken':
      case 'username_taken':
        throw new Refusal('conflict', `User '${email}' already exists`);
      default:
        throw error;
    }
  }
}
