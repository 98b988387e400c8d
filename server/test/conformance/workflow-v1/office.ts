import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { builtInBackends } from '../../../src/backends/built-in.ts';
import type { Ingredients } from '../../../src/compose/app.ts';
import type { Backends } from '../../../src/workflow/features/backends.ts';
import type { OpenStorage } from '../../support/engines.ts';
import { ADMIN_TOKEN, startPurser, type TestPurser } from '../../support/harness.ts';
import { type Exchange, exchange } from '../../support/http-exchange.ts';
import { person } from '../cloud.ts';

/** A user with a project token, as from a login. */
export interface Official {
  readonly uuid: string;
  readonly email: string;
  readonly project: string;
  readonly token: string;
}

/** The caller: a user, the administrator of the cloud, or an anonymous one. */
export type Asker = Official | 'admin' | null;

/** A service with two projects, each with an owner, and a moderator and a member in the first. */
export interface Office extends TestPurser {
  readonly backends: Backends;
  /** Uuid of the first project. */
  readonly project: string;
  readonly owner: Official;
  readonly moderator: Official;
  readonly member: Official;
  /** Owns the other project. */
  readonly stranger: Official;
  /** A new user with an account, and with a role on the first project if one is given. */
  newcomer(email: string, ...roles: string[]): Promise<Official>;
  ask(who: Asker, method: string, path: string, body?: unknown): Promise<Exchange>;
  /** What a 200 or 202 says. */
  told(who: Asker, method: string, path: string, body?: unknown): Promise<Exchange['json']>;
  signUp(project: string, email: string): Promise<Exchange>;
  invite(email: string, more?: object): Promise<Exchange>;
  resetPassword(email: string): Promise<Exchange>;
  /** The newest task, as an administrator sees it. */
  newestTask(): Promise<Exchange['json']>;
  /** The texts of the mails to an address, the oldest first. */
  mailsTo(email: string): Promise<string[]>;
  /** The token in the last mail to an address that has one. */
  tokenOf(email: string): Promise<string>;
}

/** How a token comes of another one of the whole account: clients of this dialect have tokens of projects alone. */
const EXCHANGED = {
  methods: ['token'],
  breadth: null,
  ancestor: null,
  whole: true,
  credential: null,
} as const;

const CONFIG = { regions: ['RegionOne', 'RegionTwo'] };

/** What the built-in quotas count. */
const RESOURCES = [
  'cyclades.vm',
  'cyclades.cpu',
  'cyclades.total_cpu',
  'cyclades.ram',
  'cyclades.total_ram',
  'cyclades.disk',
  'cyclades.network.private',
  'cyclades.floating_ip',
];

/**
 * @param config settings as the configuration file has them; JSON is YAML
 * @param env settings by their variables, which win
 */
export async function openOffice(
  open: OpenStorage,
  {
    config = {},
    env = {},
    ...ingredients
  }: Ingredients & { config?: object; env?: Record<string, string> } = {},
): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'purser-config-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'purser.yaml');
  writeFileSync(file, JSON.stringify({ ...CONFIG, ...config }));
  const purser = await startPurser(open, { PURSER_CONFIG: file, ...env }, ingredients);
  const { domain } = purser;
  await domain.roles.create('heat_stack_owner', 'Makes stacks.');
  await domain.components.add({ name: 'compute', baseUrl: 'http://compute.example.org', uiUrl: '' });
  await domain.services.import({
    compute: {
      component: 'compute',
      type: 'compute',
      endpoints: [],
      resources: Object.fromEntries(
        RESOURCES.map((name) => [name, { name, service_type: 'compute', service_origin: 'compute' }]),
      ),
    },
  });
  const backends = builtInBackends(domain, domain.settings);
  const projectOf = async (name: string, requestedBy: string): Promise<string> => {
    const wanted = { name, domainId: 'default', parentId: null, description: '', requestedBy };
    return (await backends.identity.createProject(wanted)).id;
  };
  const official = async (uuid: string, email: string, project: string): Promise<Official> => {
    const { secret } = await domain.tokens.issue(uuid, { name: 'office', project, origin: EXCHANGED });
    return { uuid, email, project, token: secret };
  };
  const account = (email: string) => person(purser, email, 'Some', 'Body');
  const boss = await account('boss@example.org');
  const project = await projectOf('lab', boss.uuid);
  const other = await account('other@example.org');
  const den = await projectOf('den', other.uuid);
  const owner = await official(boss.uuid, boss.email, project);
  const stranger = await official(other.uuid, other.email, den);
  const newcomer = async (email: string, ...roles: string[]): Promise<Official> => {
    const { uuid, email: name } = await account(email);
    for (const role of roles) await backends.identity.addRole(uuid, role, project);
    return official(uuid, name, project);
  };
  const moderator = await newcomer('mod@example.org', 'member', 'project_mod');
  const member = await newcomer('member@example.org', 'member');

  const ask: Office['ask'] = (who, method, path, body) => {
    const token = who === 'admin' ? ADMIN_TOKEN : who?.token;
    return exchange(purser.url, path, {
      method,
      headers: {
        ...(token !== undefined && { 'x-auth-token': token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  };
  const told: Office['told'] = async (...asked) => {
    const answer = await ask(...asked);
    assert.ok([200, 202].includes(answer.status), `${answer.status} ${answer.text}`);
    return answer.json;
  };
  const mailsTo = async (email: string): Promise<string[]> => {
    await purser.delivered();
    return purser
      .mails()
      .filter((mail) => new RegExp(`^To: .*${email.replace(/[.+]/g, '\\$&')}`, 'im').test(mail))
      .map((mail) => mail.replace(/=\r?\n/g, '').replaceAll('=3D', '='));
  };
  return {
    ...purser,
    backends,
    project,
    owner,
    moderator,
    member,
    stranger,
    newcomer,
    ask,
    told,
    signUp: (project_name, email) => ask(null, 'POST', '/v1/openstack/sign-up', { project_name, email }),
    invite: (email, more = {}) =>
      ask(owner, 'POST', '/v1/openstack/users', { email, roles: ['member'], ...more }),
    resetPassword: (email) => ask(null, 'POST', '/v1/openstack/users/password-reset', { email }),
    newestTask: async () => (await told('admin', 'GET', '/v1/tasks')).tasks[0],
    mailsTo,
    tokenOf: async (email) => {
      const tokens = (await mailsTo(email)).flatMap(
        (mail) => /\/token\/([0-9a-f]{32})/.exec(mail)?.[1] ?? [],
      );
      const token = tokens.at(-1);
      assert.ok(token, `there is no token in the mails to ${email}`);
      return token;
    },
  };
}

/** Asserts an answer, whole. */
export function says(answer: Exchange, status: number, body: unknown): void {
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(answer.json, body);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
}

export const notes = (...texts: string[]) => ({ notes: texts });
export const errors = (...texts: string[]) => ({ errors: texts });
export const fieldErrors = (fields: Record<string, string[]>) => ({ errors: fields });

export const PASSWORD = { password: 'a password of some length' };
export const UNKNOWN = 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5';
