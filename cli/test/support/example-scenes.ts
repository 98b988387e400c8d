import assert from 'node:assert/strict';
import { codeOf } from '../../../server/test/support/authenticators/authenticator-app.ts';
import type { ExampleCloud, MembershipState } from './example-cloud.ts';
import { purserHere } from './running.ts';

/** What the examples of a command need. */
export interface Scene {
  /** Words of the examples, and what the service calls these things in truth. */
  readonly words?: Readonly<Record<string, string>>;
  /** The token of the caller; default: an operator's. */
  readonly token?: string;
  /** What is written into their standard input. */
  readonly stdin?: string;
  /** Files that they read, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** What has to be set right afterwards. */
  readonly after?: () => Promise<void>;
}

type Setting = (cloud: ExampleCloud) => Scene | Promise<Scene>;

/** Ids that the service makes up and that the examples name. */
const PROJECT = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
const ADA_ID = '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94';
const TASK = 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5';
const NOTIFICATION = '7b943f2a7c1e58d44b0e9a560c8f1d2e';
const TASK_TOKEN = '3f2a7c1e58d44b0e';
const ADA = 'ada@example.org';

const PASSWORD = 'a password of some length';

/** A membership, seen by whom it is about or by an operator. */
const membership =
  (state: MembershipState, by: 'user' | 'operator' = 'operator'): Setting =>
  async (cloud) => {
    const { id, user } = await cloud.newMembership(state);
    return { words: { 17: id }, ...(by === 'user' && { token: user.token }) };
  };

/** Something new in the place of what other examples still need. */
const another =
  (word: string, make: (cloud: ExampleCloud) => Promise<string>): Setting =>
  async (cloud) => ({ words: { [word]: await make(cloud) } });

/**
 * What is set up before the examples of a command are run: the entry of the command, or else that of the nearest group. Each
 * makes anew what its examples change for good, so the order of the commands does not matter.
 */
const SETTINGS: Readonly<Record<string, Setting>> = {
  login: async ({ newUser, purser }) => {
    const { email, token } = await newUser(PASSWORD);
    return {
      words: { 'https://accounts.example.org': purser.url, [ADA]: email },
      stdin: `${PASSWORD}\n`,
      files: { 'token.txt': `${token}\n` },
    };
  },
  logout: loggedIn,
  profile: loggedIn,
  'user add': (cloud) => ({ words: { [ADA]: `${cloud.newName()}@example.org` } }),
  'user modify': another(ADA, async ({ newUser }) => (await newUser()).email),
  'user sign-in-methods': another(ADA, async ({ newUser }) => (await newUser()).email),
  'user reset-second-factor': async ({ newUser, as, purser }) => {
    const { email, token } = await newUser();
    const { secret } = await as(token)('POST', '/me/sign-in-methods/totp');
    const code = codeOf(String(secret), purser.clock);
    await as(token)('POST', '/me/sign-in-methods/totp/confirm', { code });
    return { words: { [ADA]: email } };
  },
  'user token': async ({ ada, as, newName }) => {
    const made = await as(ada.token)('POST', `/users/${ada.uuid}/tokens`, { name: newName() });
    return { words: { 5: String(made['id']) } };
  },
  'role grant': another(ADA, async ({ newUser }) => (await newUser()).email),
  'role revoke': another(ADA, async ({ newUser, operator }) => {
    const { uuid, email } = await newUser();
    await operator('PUT', `/users/${uuid}/roles/admin`);
    return email;
  }),
  delegate: (cloud) => ({ words: { 'grace@example.org': `${cloud.newName()}@example.org` } }),
  'component add': (cloud) => ({ words: { compute: cloud.newName(), storage: cloud.newName() } }),
  'component modify': another('compute', ({ component }) => component()),
  'component remove': async ({ component }) => ({
    words: { compute: await component(), storage: await component() },
  }),
  'resource add': (cloud) => ({ words: { 'cyclades.gpu': cloud.newName() } }),
  'commission issue': ({ componentSecret }) => ({ token: componentSecret }),
  'commission reassign': async ({ commission, componentSecret, operator }) => {
    await operator('POST', `/commissions/${await commission()}/accept`, {});
    return { token: componentSecret };
  },
  'commission resolve': async ({ commission }) => ({
    words: { 57: await commission(), 58: await commission(), 59: await commission() },
  }),
  commission: another('57', ({ commission }) => commission()),
  'project user': async ({ newMembership, projectToken }) => {
    const { user, project } = await newMembership('accepted');
    return { words: { [ADA]: user.email }, token: await projectToken(project) };
  },
  'project user revoke': async ({ newMembership, operator, projectToken }) => {
    const { user, project } = await newMembership('accepted');
    await operator('PUT', `/projects/${project}/members/${user.uuid}/roles/project_mod`);
    return { words: { [ADA]: user.email }, token: await projectToken(project) };
  },
  'project user invite': async ({ newName, projectToken }) => ({
    words: { [ADA]: `${newName()}@example.org` },
    token: await projectToken(),
  }),
  'project user cancel-invite': async ({ invited, projectToken }) => ({
    words: { [ADA]: await invited() },
    token: await projectToken(),
  }),
  'project request-change': async (cloud) => ({
    words: { [PROJECT]: await cloud.otherProject() },
    token: cloud.ada.token,
  }),
  'project renew': async (cloud) => ({
    words: { [PROJECT]: await cloud.otherProject() },
    token: cloud.ada.token,
  }),
  'project modify': another(PROJECT, ({ otherProject }) => otherProject()),
  'project suspend': another(PROJECT, ({ otherProject }) => otherProject()),
  'project unsuspend': another(PROJECT, projectAfter('suspend')),
  'project terminate': another(PROJECT, ({ otherProject }) => otherProject()),
  'project reinstate': another(PROJECT, projectAfter('terminate')),
  application: another('42', ({ application }) => application()),
  'application cancel': async ({ application, ada }) => ({
    words: { 42: await application() },
    token: ada.token,
  }),
  'application dismiss': async ({ application, ada }) => ({
    words: { 42: await application('denied') },
    token: ada.token,
  }),
  membership: (cloud) => ({ words: { 17: cloud.membership } }),
  'membership join': async ({ newUser }) => ({ token: (await newUser()).token }),
  'membership enroll': another(ADA, async ({ newUser }) => (await newUser()).email),
  'membership leave': membership('accepted', 'user'),
  'membership accept': membership('requested'),
  'membership reject': membership('requested'),
  'membership remove': membership('accepted'),
  'membership cancel': membership('requested', 'user'),
  'membership deny-leave': membership('leave_requested'),
  'membership cancel-leave': membership('leave_requested', 'user'),
  'membership revoke': async ({ newMembership, operator }) => {
    const { user, project } = await newMembership('accepted');
    await operator('PUT', `/projects/${project}/members/${user.uuid}/roles/project_mod`);
    return { words: { [PROJECT]: project, [ADA]: user.email } };
  },
  approval: another('42', ({ application }) => application()),
  task: another(TASK, ({ task }) => task()),
  'task update': async ({ otherProject, quotaTask }) => {
    const project = await otherProject();
    return { words: { [PROJECT]: project, [TASK]: await quotaTask(project) } };
  },
  'task reissue-token': another(TASK, ({ approvedTask }) => approvedTask()),
  token: another(TASK_TOKEN, ({ taskToken }) => taskToken()),
  notification: another(NOTIFICATION, ({ notification }) => notification()),
  webhook: async (cloud) => ({
    words: { 3: await cloud.webhook(), 'https://chat.example.org/hooks/cloud': cloud.listener },
  }),
  'terms add': (cloud) => ({ after: () => cloud.signTerms() }),
  terms: async (cloud) => {
    await cloud.terms();
    return {};
  },
  mail: async (cloud) => {
    const [one, two] = await cloud.twoMails();
    return { words: { 12: one, 13: two } };
  },
};

/** A user has logged in on the machine that runs the examples. */
async function loggedIn({ newUser, purser, configHome }: ExampleCloud): Promise<Scene> {
  const { token } = await newUser();
  const { code, stderr } = await purserHere(['login', '--token-stdin', '--profile', 'default'], {
    env: { PURSER_URL: purser.url, PURSER_CONFIG_HOME: configHome },
    stdin: `${token}\n`,
  });
  assert.equal(code, 0, stderr);
  return {};
}

function projectAfter(action: string) {
  return async ({ otherProject, operator }: ExampleCloud): Promise<string> => {
    const project = await otherProject();
    await operator('POST', `/projects/${project}/action`, { action });
    return project;
  };
}

/** Sets the scene for the examples of a command, as `project list`. */
export async function sceneFor(command: string, cloud: ExampleCloud): Promise<Scene> {
  const parts = command.split(' ');
  const names = parts.map((_part, at) => parts.slice(0, parts.length - at).join(' '));
  const setting = names.map((name) => SETTINGS[name]).find((one) => one !== undefined);
  const { words, ...scene } = (await setting?.(cloud)) ?? {};
  return { words: { [PROJECT]: cloud.project, [ADA_ID]: cloud.ada.uuid, ...words }, ...scene };
}

/** An example with words of it replaced. */
export function withWords(example: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce(
    (text, [word, truth]) =>
      text.replaceAll(new RegExp(`(?<![\\w.-])${RegExp.escape(word)}(?![\\w.-])`, 'g'), truth),
    example,
  );
}
