import type { Domain } from '../../domain.ts';
import { parseMoment } from '../../lib/text/moment.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { type Call, route, serve } from './call.ts';
import { badRequest } from './faults.ts';
import { bodyOf, type Fields } from './fields.ts';
import { wholeList } from './pages.ts';
import type { Presenters } from './presenters.ts';
import { allRoles } from './roles.ts';

/** Credentials for programs of a user. Users create their own, with a token of the project concerned. */
export function applicationCredentialRoutes(domain: Domain, base: string, present: Presenters): RouteTable {
  const { applicationCredentials: credentials, accounts, roles, roleAssignments } = domain;
  const path = '/users/:user/application_credentials';
  return [
    route(path, {
      GET: serve('credentials', async (call) => {
        const uuid = await userOf(call);
        const all = await allRoles(roles);
        const found = await credentials.list(uuid, call.query['name']);
        return wholeList(
          call,
          base,
          'application_credentials',
          found.map((credential) => present.applicationCredential(credential, all)),
        );
      }),
      POST: serve('new_credentials', async (call) => {
        const { user: uuid = '' } = call.params;
        const { account, token } = call.caller;
        const wanted = bodyOf(call.request, 'application_credential');
        wanted.refuse('access_rules', 'access rules are not supported');
        const project = token.project ?? account.defaultProject ?? account.uuid;
        const all = await allRoles(roles);
        const held = (await roleAssignments.on(uuid, project)).map(({ name }) => name);
        const { credential, secret } = await credentials.create(
          call.caller,
          {
            project,
            name: wanted.required('name'),
            description: wanted.text('description'),
            secret: wanted.text('secret'),
            unrestricted: wanted.flag('unrestricted'),
            expiresAt: expiryOf(wanted),
            roles: wanted.objects('roles')?.map((role) => nameOf(role, all)),
          },
          held,
          call.by,
        );
        const shown = present.applicationCredential(credential, all);
        return { status: 201, body: { application_credential: { ...shown, secret } } };
      }),
    }),
    route(`${path}/:credential`, {
      GET: serve('credentials', async (call) => {
        const credential = await credentials.get(await userOf(call), call.params['credential'] ?? '');
        const shown = present.applicationCredential(credential, await allRoles(roles));
        return { body: { application_credential: shown } };
      }),
      DELETE: serve('old_credentials', async (call) => {
        const uuid = await userOf(call);
        await credentials.delete(uuid, call.params['credential'] ?? '', call.by);
        return undefined;
      }),
    }),
  ];

  async function userOf(call: Call): Promise<string> {
    const { user = '' } = call.params;
    return (await accounts.get(user)).uuid;
  }
}

/** A role is named by its id or its name. */
function nameOf(role: Fields, all: readonly { id: number; name: string }[]): string {
  const id = role.text('id');
  const name = id === undefined ? role.required('name') : undefined;
  const found = all.find((known) => (id === undefined ? known.name === name : String(known.id) === id));
  if (!found) throw badRequest(`roles: there is no role ${id ?? name}`);
  return found.name;
}

const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/;

/** ISO 8601; UTC if it has no offset. */
function expiryOf(wanted: Fields): number | undefined {
  const text = wanted.text('expires_at');
  if (text === undefined) return undefined;
  const [, local, offset = 'Z'] = MOMENT.exec(text) ?? [];
  const at_ms = local === undefined ? undefined : parseMoment(local + offset);
  if (at_ms === undefined) throw badRequest('expires_at: must be a date and time');
  return at_ms;
}
