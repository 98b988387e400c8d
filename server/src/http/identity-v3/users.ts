import { personAs } from '../../audit/actor.ts';
import { isReferredTo } from '../../directory/accounts/account-lookup.ts';
import type { UserPolicy } from '../../directory/accounts/account-names.ts';
import type { AccountUpdate, NewAccount } from '../../directory/accounts/account-values.ts';
import { changeUser, createUser } from '../../directory/accounts/provisioning.ts';
import { PasswordLogin } from '../../directory/logins/password-login.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { isEmailAddress } from '../../lib/text/email-address.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { type Call, route, send, serve, withinOf } from './call.ts';
import { refuseOtherDomains } from './domains.ts';
import { badRequest } from './faults.ts';
import { bodyOf, type Fields } from './fields.ts';
import { flagOf, pageOf, passes, wholeList } from './pages.ts';
import { DOMAIN, type Presenters } from './presenters.ts';
import { projectAfter } from './projects.ts';

/** Reasons of inactive accounts that were deactivated through this dialect. */
const DISABLED = 'disabled by an operator';
const DELETED = 'deleted by an operator';

/** Accounts as users: their names are their e-mail addresses; deleting a user deactivates the account. */
export function userRoutes(domain: Domain, base: string, present: Presenters): RouteTable {
  const { accounts, roleAssignments } = domain;
  const passwords = new PasswordLogin(domain);
  const showing = (account: Account) => ({ body: { user: present.user(account) } });
  return [
    route('/users', {
      // Clients look users up by name, even if they may only look up themselves.
      GET: serve('any', async (call) => {
        const { name, domain_id, enabled, marker } = call.query;
        const oneself = name !== undefined && isReferredTo(call.caller.account, name);
        if (!call.by.operator && !oneself) throw new PurserError('forbidden');
        const active = flagOf('enabled', enabled);
        if (!passes(domain_id, DOMAIN.id)) return wholeList(call, base, 'users', []);
        if (name !== undefined) return wholeList(call, base, 'users', await named(name, active));
        const after = marker === undefined ? undefined : (await atMarker(accounts, marker)).id;
        return pageOf(
          call,
          base,
          'users',
          (limit) => accounts.list({ after, limit, active }),
          (account) => present.user(account),
          ({ uuid }) => uuid,
        );
      }),
      POST: serve('whole_operator', async ({ request, by }) => {
        const user = bodyOf(request, 'user');
        refuseOtherDomains(user);
        const names = newNamesIn(user, accounts.policy);
        const [localPart = ''] = user.required('name').split('@');
        const person = {
          ...names,
          firstName: user.text('first_name') ?? localPart,
          lastName: user.text('last_name'),
          password: user.text('password'),
        };
        const defaultProject = user.text('default_project_id');
        const disabledFor = user.flag('enabled') === false ? DISABLED : undefined;
        const { account } = await createUser(domain, { ...person, defaultProject, disabledFor }, by);
        return { status: 201, ...showing(account) };
      }),
    }),
    route('/users/:user', {
      GET: serve('profile', async (call) => {
        const { user = '' } = call.params;
        return showing(await accounts.get(user));
      }),
      PATCH: serve('whole_operator', async ({ request, by, params: { user: uuid = '' } }) => {
        await accounts.get(uuid);
        const user = bodyOf(request, 'user');
        refuseOtherDomains(user);
        const changes = {
          ...changedNamesIn(user, accounts.policy),
          firstName: user.text('first_name'),
          lastName: user.text('last_name'),
          password: user.text('password'),
          defaultProject: user.text('default_project_id'),
        };
        const enabling = { enabled: user.flag('enabled'), reason: DISABLED };
        return showing(await changeUser(domain, uuid, { ...changes, ...enabling }, by));
      }),
      DELETE: serve('whole_operator', async ({ by, params: { user = '' } }) => {
        await accounts.delete(user, DELETED, by);
        return undefined;
      }),
    }),
    route('/users/:user/password', {
      // Authenticated by the current password, as a login is.
      POST: {
        requires: 'public',
        handler: async (request, reply) => {
          const { user: uuid = '' } = request.params as Call['params'];
          const user = bodyOf(request, 'user');
          const [present, password] = [user.required('original_password'), user.required('password')];
          const account = await passwords.verify({ uuid }, present, request.ip, { changing: true });
          if (!account) throw new PurserError('credentials_wrong');
          const by = personAs(account, request.ip);
          // The password may have been changed meanwhile: the password in the request is then not the current one.
          const basis = { passwordOf: account.passwordChangedAt };
          await accounts.update(account.uuid, { password, basis }, by);
          return send(reply, undefined);
        },
      },
    }),
    route('/users/:user/projects', {
      GET: serve('profile', async (call) => {
        const { user = '' } = call.params;
        const { uuid } = await accounts.get(user);
        const after = await projectAfter(domain, call);
        return pageOf(
          call,
          base,
          'projects',
          (limit) => roleAssignments.projectsOf(uuid, { after, limit, within: withinOf(call) }),
          (project) => present.project(project),
          (project) => project.uuid,
        );
      }),
    }),
    route('/users/:user/groups', {
      GET: serve('profile', async (call) => {
        const { user = '' } = call.params;
        await accounts.get(user);
        return wholeList(call, base, 'groups', []);
      }),
    }),
  ];

  async function named(name: string, active: boolean | undefined): Promise<object[]> {
    const found = await accounts.named(name);
    return (found ? [found] : [])
      .filter((account) => active === undefined || account.active === active)
      .map((account) => present.user(account));
  }
}

/**
 * The names of a new user. Where the user name is the e-mail address, either can be given, and both must agree.
 * Otherwise a user without an address is a service account, such as those that OpenStack services log in with.
 */
function newNamesIn(user: Fields, policy: UserPolicy): Pick<NewAccount, 'email' | 'username' | 'service'> {
  const name = user.required('name');
  if (policy.usernameIsEmail) return { email: emailOf(user) ?? name };
  const email = user.text('email') ?? (isEmailAddress(name) ? name : null);
  return { email, username: name, service: email === null };
}

function changedNamesIn(user: Fields, policy: UserPolicy): Pick<AccountUpdate, 'email' | 'username'> {
  if (policy.usernameIsEmail) return { email: emailOf(user) };
  return { email: user.text('email'), username: user.text('name') };
}

/** A new address, which is also the user name: either can be given, and both must agree. */
function emailOf(user: Fields): string | undefined {
  const [name, email] = [user.text('name'), user.text('email')];
  if (name === undefined || email === undefined || userNameKey(name) === userNameKey(email)) {
    return email ?? name;
  }
  throw badRequest('user.name: must be the e-mail address');
}

async function atMarker(accounts: Domain['accounts'], marker: string): Promise<Account> {
  const uuid = (await accounts.usernamesOf([marker])).has(marker);
  if (!uuid) throw badRequest('marker: is not valid');
  return accounts.get(marker);
}
