import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { provisionsOf } from '../../../server/test/conformance/account-v1/cloud.ts';
import { asker } from '../../../server/test/conformance/native/asking.ts';
import { succeeded } from '../../../server/test/conformance/native/projects/projects-cloud.ts';
import type { OpenStorage } from '../../../server/test/support/engines.ts';
import { startPurser, TEST_TIME_MS, type TestPurser } from '../../../server/test/support/harness.ts';

export interface Person {
  readonly uuid: string;
  readonly email: string;
  readonly token: string;
}

export type MembershipState = 'requested' | 'accepted' | 'leave_requested';

/**
 * A cloud with what the examples of the command's help name, in the year that they are set in; and ways to make more
 * of each thing, since a commission can be accepted only once. All of it is made over the APIs of the service.
 */
export interface ExampleCloud {
  readonly purser: TestPurser;
  readonly ada: Person;
  /** A project of Ada's, active, and her membership in it. */
  readonly project: string;
  readonly membership: string;
  /** An address that takes every webhook's events. */
  readonly listener: string;
  /** Something that no other thing is called. */
  newName(): string;
  /** A folder for the profiles of the command. */
  readonly configHome: string;
  /** A new user; with a password, if one is given. */
  newUser(password?: string): Promise<Person>;
  /** A user who has signed up and waits for an operator; a uuid. */
  applicant(): Promise<string>;
  /** The name of a new component. */
  component(): Promise<string>;
  /** The secret of the component that commissions come from. */
  readonly componentSecret: string;
  /** A token of Ada's that acts on this project, or on the first. */
  projectToken(uuid?: string): Promise<string>;
  /** Invites a user to Ada's project by mail, who has not answered yet; the e-mail address. */
  invited(): Promise<string>;
  /** The serial of a commission that is pending. */
  commission(): Promise<string>;
  /** The number of an application of Ada's, pending or denied. */
  application(state?: 'pending' | 'denied'): Promise<string>;
  /** The uuid of another project of Ada's, active. */
  otherProject(): Promise<string>;
  /** A membership in this state, in a project of Ada's that decides who comes in and who leaves. */
  newMembership(state: MembershipState): Promise<{ id: string; user: Person; project: string }>;
  /** The id of a task that waits for an operator's approval. */
  task(): Promise<string>;
  /** The same, of one that asks for other quotas for a project. */
  quotaTask(project: string): Promise<string>;
  /** The id of a task that waits for its token. */
  approvedTask(): Promise<string>;
  /** The token of a task that wants a confirmation. */
  taskToken(): Promise<string>;
  notification(): Promise<string>;
  webhook(): Promise<string>;
  /** The ids of two mails. */
  twoMails(): Promise<[string, string]>;
  /** Makes all users accept the terms in force. */
  signTerms(): Promise<void>;
  /** Puts terms into force that all users have accepted. */
  terms(): Promise<void>;
  as(token: string): Asking;
  readonly operator: Asking;
}

type Body = ReturnType<typeof succeeded>;
/** Asks the native API for what must succeed. */
type Asking = (method: string, path: string, body?: unknown) => Promise<Body>;

/** When the examples are set: 2031-06-15T12:00Z. */
const NOW_MS = Date.UTC(2031, 5, 15, 12);
/** What the guides import, and the resources that sizes of quotas limit besides. */
export const DOCUMENT = new URL('../../../docs/examples/compute-services.json', import.meta.url);
const NETWORK = {
  cyclades_network: {
    component: 'compute',
    type: 'network',
    endpoints: [],
    resources: Object.fromEntries(
      ['total_cpu', 'total_ram', 'network.private', 'floating_ip'].map((name) => [
        name,
        { name: `cyclades.${name}`, service_type: 'network', service_origin: 'cyclades_network' },
      ]),
    ),
  },
};
const LIMITS = { 'cyclades.vm': { project_capacity: 1000, member_capacity: 1000 } };

export async function startExampleCloud(open: OpenStorage): Promise<ExampleCloud> {
  const listener = await startListener();
  const purser = await startPurser(open, { PURSER_CONFIG: configFile() });
  purser.clock.advance(NOW_MS - TEST_TIME_MS);
  const { domain } = purser;
  const as: ExampleCloud['as'] = (token) => {
    const ask = asker(purser, token);
    return async (method, path, body) => {
      const answer = await ask(method, path, body);
      return succeeded(answer, answer.status < 300 ? answer.status : 200);
    };
  };
  const operator = as(purser.adminToken);

  let names = 0;
  const newName = (): string => `example-${++names}`;
  const personOf = async (email: string, password?: string): Promise<Person> => {
    const named = { email, first_name: 'Some', last_name: 'Body' };
    const made = await operator('POST', '/users', { ...named, ...(password !== undefined && { password }) });
    return { uuid: String(made['id']), email, token: String(made['token']) };
  };
  const componentOf = async (name: string): Promise<string> => {
    const made = await operator('POST', '/components', { name, base_url: 'https://compute.example.org' });
    return String(made['token']);
  };

  const secret = await componentOf('compute');
  for (const services of [JSON.parse(readFileSync(DOCUMENT, 'utf8')), NETWORK]) {
    await operator('POST', '/services/import', services);
  }
  await operator('PATCH', '/resources/cyclades.vm', { system_default: 1000 });
  const ada = await personOf('ada@example.org');
  const asAda = as(ada.token);

  const application = async (state: 'pending' | 'denied' = 'pending', more = {}): Promise<Body> => {
    const wanted = { name: newName(), end_date: '2032-05-30', resources: LIMITS, ...more };
    const made = await asAda('POST', '/projects', wanted);
    if (state === 'denied') await operator('POST', `/applications/${made['id']}/action`, { action: 'deny' });
    return made;
  };
  const projectOf = async (more = {}): Promise<string> => {
    const { id, project } = await application('pending', more);
    await operator('POST', `/applications/${id}/action`, { action: 'approve' });
    return String(project);
  };
  const project = await projectOf({ name: 'physics.example.org', join_policy: 'moderated' });
  const enrolled = await asAda('POST', `/projects/${project}/memberships`, { user: ada.uuid });
  await operator('PUT', `/projects/${project}/members/${ada.uuid}/roles/project_admin`);

  const workflow = async (path: string, body: object, token?: string): Promise<Body> => {
    const response = await purser.fetch(`/v1/openstack/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { 'x-auth-token': token }) },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Body;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  /** A token of Ada's for the project. */
  const projectToken = async (uuid = project): Promise<string> => {
    const made = await asAda('POST', `/users/${ada.uuid}/tokens`, { name: newName(), project: uuid });
    return String(made['token']);
  };
  const newestTask = async (): Promise<string> => {
    const { items } = await operator('GET', '/tasks?limit=1');
    return String((items as { id: string }[])[0]?.id);
  };
  const task = async (): Promise<string> => {
    await workflow('sign-up', { project_name: newName(), email: `${newName()}@example.org` });
    return newestTask();
  };
  const signTerms = async (): Promise<void> => {
    await operator('POST', '/terms/sign', {});
    const { items } = await operator('GET', '/users?limit=1000');
    for (const { id } of items as { id: string }[]) {
      await operator('POST', `/users/${id}/action`, { action: 'sign_terms' });
    }
  };
  const newUser = (password?: string): Promise<Person> => personOf(`${newName()}@example.org`, password);

  const invited = async (): Promise<string> => {
    const { email } = await newUser();
    await workflow('users', { email, roles: ['member'] }, await projectToken());
    return email;
  };

  return {
    purser,
    ada,
    project,
    membership: String(enrolled['id']),
    listener,
    newName,
    configHome: newFolder(),
    newUser,
    applicant: async () => {
      const email = `${newName()}@example.org`;
      return (await domain.accounts.create({ email, firstName: 'Some', lastName: 'Body' })).uuid;
    },
    component: async () => {
      const name = newName();
      await componentOf(name);
      return name;
    },
    commission: async () => {
      const provisions = provisionsOf(ada.uuid, { 'cyclades.vm': 1 });
      const response = await purser.fetch('/account/v1.0/commissions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': secret },
        body: JSON.stringify({ name: 'start a server', provisions }),
      });
      return String(((await response.json()) as { serial: number }).serial);
    },
    application: async (state) => String((await application(state))['id']),
    otherProject: () => projectOf(),
    newMembership: async (state) => {
      const uuid = await projectOf({ join_policy: 'moderated', leave_policy: 'moderated' });
      const user = await newUser();
      const asked = await as(user.token)('POST', `/projects/${uuid}/memberships`, {});
      const act = (token: string, action: string) =>
        as(token)('POST', `/memberships/${asked['id']}/action`, { action });
      if (state !== 'requested') await act(ada.token, 'accept');
      if (state === 'leave_requested') await act(user.token, 'leave');
      return { id: String(asked['id']), user, project: uuid };
    },
    task,
    quotaTask: async (uuid) => {
      await workflow('quotas', { project_id: uuid, size: 'large' }, await projectToken(uuid));
      return newestTask();
    },
    approvedTask: async () => {
      const id = await task();
      await operator('POST', `/tasks/${id}/action`, { action: 'approve' });
      return id;
    },
    componentSecret: secret,
    projectToken,
    invited,
    taskToken: async () => {
      const email = await invited();
      await purser.delivered();
      const mail = purser.mails().findLast((text) => text.includes(`To: ${email}`)) ?? '';
      const [, found] = /\/token\/([0-9a-f]{32})/.exec(mail.replace(/=\r?\n/g, '')) ?? [];
      if (found === undefined) throw new Error(`There is no token in the mail to ${email}.`);
      return found;
    },
    notification: async () => {
      await task();
      const { items } = await operator('GET', '/notifications?limit=1');
      return String((items as { id: string }[])[0]?.id);
    },
    webhook: async () => {
      const made = await operator('POST', '/webhooks', { url: listener, events: ['task.created'] });
      return String(made['id']);
    },
    twoMails: async () => {
      const to = ['one@example.org', 'two@example.org'];
      await domain.storage.transaction((tx) =>
        domain.outbox.enqueue(tx, 'greeting', { to, subject: 'Hello', text: 'Hi\n' }),
      );
      const { items } = await operator('GET', '/mails?limit=1000');
      const greetings = (items as { id: number; kind: string }[]).filter(({ kind }) => kind === 'greeting');
      const [one, two] = greetings.slice(-2).map(({ id }) => String(id));
      return [one as string, two as string];
    },
    signTerms,
    terms: async () => {
      await operator('POST', '/terms', { text: 'Be kind.' });
      await signTerms();
    },
    as,
    operator,
  };
}

function configFile(): string {
  const file = join(newFolder(), 'purser.yaml');
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ regions: ['RegionOne', 'RegionTwo'], webhooks_private_addresses: true }),
  );
  return file;
}

/** A folder that is gone when the test is over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-examples-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function startListener(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(204).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
