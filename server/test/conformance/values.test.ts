import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, parseExact, stringifyExact } from '../../src/lib/text/json.ts';
import { forEachEngine } from '../support/engines.ts';
import { ADMIN_TOKEN } from '../support/harness.ts';
import { dumpTables } from '../support/table-dump.ts';
import { type Office, openOffice, PASSWORD } from './workflow-v1/office.ts';

/** How a dialect refuses: the status, and the form of the body. */
type Envelope = (body: JsonObject) => boolean;

const fault: Envelope = (body) =>
  Object.values(body).some((inner) => inner !== null && typeof inner === 'object' && 'message' in inner);
const v3Error: Envelope = ({ error }) => error !== null && typeof error === 'object';
const problem: Envelope = ({ type }) => /^urn:purser:problem:/.test(String(type));
const workflowErrors: Envelope = ({ errors }) => errors !== undefined;

/** A way to send a value: the request with the value in one field of one route of one dialect. */
interface Way {
  readonly method: string;
  readonly path: string;
  readonly body: (value: unknown) => object;
  readonly token?: string | null;
  readonly envelope: Envelope;
}

interface Field {
  /** A value that all dialects accept, which shows that the others are refused because of the value. */
  readonly good: (unique: number) => unknown;
  /** Values that no dialect accepts. */
  readonly bad: readonly unknown[];
  readonly ways: readonly Way[];
}

const LONG = 'x'.repeat(5000);
const BEYOND = 9223372036854775808n;

const NO_TEXT = ['a\u0000b', 'a\ud800b', 'a\u0007b', LONG];
const NO_LINE = [...NO_TEXT, 'a\nb', 'a\u2028b', 'a\u0085b'];
const NO_NAME = [...NO_LINE, '', '   ', ' a', 'a ', 'a\u200bb', '\u202eba', 7, true];
const NO_DATE = [
  '2031-02-31T00:00:00Z',
  '2030-02-29T10:00:00Z',
  '2031-13-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '99999-01-01T00:00:00Z',
  '2031-05-30T24:00:01Z',
  '2031-05-30T25:00:00Z',
  '2031-05-30T10:00:00+99:00',
  'tomorrow',
  '',
  -1,
  1924992000,
  true,
];
const PAST = ['2001-01-01T00:00:00Z', '0099-01-01T00:00:00Z'];
const NO_AMOUNT = [-1, 1.5, BEYOND, '-1', '1.5', 'many', '', '9223372036854775808', true, {}, []];
const NO_EMAIL = [
  'unknown',
  'a@b',
  'a b@example.org',
  'a@example.org\u0000',
  'a@exam\u200bple.org',
  'a\ud800@example.org',
  'a@example.org, b@example.org',
  'a@example.org\nBcc: b@example.org',
  `${'x'.repeat(300)}@example.org`,
  '',
  true,
];
const NO_URL = [
  'nowhere',
  'javascript:alert(1)',
  'ftp://example.org',
  'http://',
  'http://exa mple.org',
  'http://example.org/\u0000',
  'http://example.org/\n',
  `http://example.org/${'x'.repeat(2000)}`,
  true,
];

forEachEngine((_engine, open) => {
  test('a value that one dialect refuses is refused by all, and changes nothing', async (t) => {
    const office = await openOffice(open, { config: { admin_api: true, admin_api_groups: ['admin'] } });
    const fields = await fieldsOf(office);
    let unique = 0;
    for (const [name, { good, bad, ways }] of Object.entries(fields)) {
      await t.test(name, async () => {
        // Hourly limits of requests and mails are tested elsewhere.
        office.clock.advance(3_600_000);
        const problems: string[] = [];
        let before = await dumpTables(office.domain);
        for (const way of ways) {
          for (const value of bad) {
            const response = await send(office, way, value);
            const text = await response.text();
            const told = `${way.method} ${way.path} ${stringifyExact(way.body(value)).slice(0, 200)}: ${response.status} ${text.slice(0, 200)}`;
            const refused = response.status >= 400 && response.status < 500 && response.status !== 429;
            if (!refused) problems.push(told);
            else if (!way.envelope(parseExact(text) as JsonObject)) problems.push(`envelope: ${told}`);
          }
          const after = await dumpTables(office.domain);
          const changed = Object.keys(after).filter(
            (table) => table !== 'login_sources' && after[table]?.join('\n') !== before[table]?.join('\n'),
          );
          if (changed.length > 0) problems.push(`${way.method} ${way.path} changed ${changed.join(', ')}`);
          before = after;
        }
        for (const way of ways) {
          unique += 1;
          const response = await send(office, way, good(unique));
          const text = await response.text();
          // Values used before, and states changed by this test, cause conflicts.
          const taken = response.ok || response.status === 409;
          if (!taken)
            problems.push(`good: ${way.method} ${way.path}: ${response.status} ${text.slice(0, 300)}`);
        }
        assert.deepEqual(problems, []);
      });
    }
  });
});

function send({ fetch }: Office, { method, path, body, token = ADMIN_TOKEN }: Way, value: unknown) {
  return fetch(path, {
    method,
    headers: { 'content-type': 'application/json', ...(token !== null && { 'x-auth-token': token }) },
    body: stringifyExact(body(value)),
  });
}

async function fieldsOf(office: Office): Promise<Record<string, Field>> {
  const { domain, owner, member, stranger } = office;
  const whole = (await domain.tokens.issue(owner.uuid, { name: 'whole' })).secret;
  const login = (
    await domain.tokens.issue(owner.uuid, {
      name: 'login',
      project: owner.project,
      origin: {
        methods: ['password'],
        breadth: null,
        ancestor: null,
        whole: true,
        credential: null,
      },
    })
  ).secret;
  const component = (await domain.components.add({ name: 'storage', baseUrl: 'http://s.example.org' }))
    .secret;
  const memberships = await ask(office, `/api/memberships?user=${member.uuid}&project=${owner.project}`);
  const membership = (memberships['items'] as { id: number }[])[0]?.id;
  const end_date = '2040-01-01T00:00:00Z';
  const wished = await sent(office, whole, 'POST', '/api/projects', { name: 'wish.example.org', end_date });
  await office.signUp('plan', 'new@example.org');
  const task = (await office.newestTask()).uuid;

  const native = (method: string, path: string, body: Way['body'], token?: string | null): Way => ({
    method,
    path: `/api${path}`,
    body,
    envelope: problem,
    ...(token !== undefined && { token }),
  });
  const account = (method: string, path: string, body: Way['body'], token = whole): Way => ({
    method,
    path: `/account/v1.0${path}`,
    body,
    token,
    envelope: fault,
  });
  const v2 = (method: string, path: string, body: Way['body']): Way => ({
    method,
    path: `/identity/v2.0${path}`,
    body,
    envelope: fault,
  });
  const v3 = (method: string, path: string, body: Way['body'], token?: string): Way => ({
    method,
    path: `/identity/v3${path}`,
    body,
    envelope: v3Error,
    ...(token !== undefined && { token }),
  });
  const workflow = (path: string, body: Way['body'], token: string | null): Way => ({
    method: 'POST',
    path: `/v1${path}`,
    body,
    token,
    envelope: workflowErrors,
  });

  /** A field of projects, in all requests that state one. */
  const ofProjects = (fieldOf: (value: unknown) => object): Way[] => [
    native('POST', '/projects', (v) => ({ name: 'n.example.org', end_date, ...fieldOf(v) }), whole),
    native('POST', `/projects/${owner.project}/applications`, fieldOf, whole),
    native('PATCH', `/projects/${owner.project}`, fieldOf),
    account('POST', '/projects', (v) => ({ name: 'n.example.org', end_date, ...fieldOf(v) })),
    account('PUT', `/projects/${owner.project}`, fieldOf),
  ];
  const inV3 = (key: string): Way[] => [
    v3('POST', '/projects', (v) => ({ project: { name: 'n', [key]: v } })),
    v3('PATCH', `/projects/${owner.project}`, (v) => ({ project: { [key]: v } })),
  ];
  const capacities = (project_capacity: unknown, member_capacity: unknown) => ({
    resources: { 'cyclades.vm': { project_capacity, member_capacity } },
  });
  /** A field of accounts. `older` is its name in the users API of identity 2.0. */
  const ofUsers = (key: string, older: string | null = key): Way[] => {
    const person = { email: 'fresh@example.org', first_name: 'F', last_name: 'L' };
    const { email, ...names } = person;
    return [
      native('POST', '/users', (v) => ({ ...person, [key]: v })),
      native('PATCH', `/users/${stranger.uuid}`, (v) => ({ [key]: v })),
      v3('POST', '/users', (v) => ({ user: { name: key === 'email' ? v : email, ...names, [key]: v } })),
      v3('PATCH', `/users/${stranger.uuid}`, (v) => ({ user: { [key]: v } })),
      ...(older === null
        ? []
        : [
            v2('POST', '/users', (v) => ({ user: { username: email, ...names, [older]: v } })),
            v2('PUT', `/users/${stranger.uuid}`, (v) => ({ user: { ...names, [older]: v } })),
          ]),
    ];
  };
  const credentials = `/users/${owner.uuid}/application_credentials`;
  const commission = (body: (value: unknown) => object): Way[] => {
    const whole = (value: unknown) => ({ name: 'x', provisions: [], ...body(value) });
    return [
      native('POST', '/commissions', whole, component),
      account('POST', '/commissions', whole, component),
    ];
  };
  const quantity = (value: unknown) => ({
    provisions: [
      {
        holder: `user:${owner.uuid}`,
        source: `project:${owner.uuid}`,
        resource: 'cyclades.vm',
        quantity: value,
      },
    ],
  });
  const document = (more: object, endpoint: object = {}) => ({
    objects: {
      component: 'storage',
      type: 'objects',
      endpoints: [endpoint],
      resources: { r: { name: 'objects.r', service_type: 'objects', service_origin: 'objects', ...more } },
    },
  });
  return {
    'name of a project': {
      good: (unique) => `n${unique}.example.org`,
      bad: NO_NAME,
      ways: [...ofProjects((name) => ({ name })), ...inV3('name')],
    },
    // This dialect trims spaces, and accepts a number for its digits.
    'name of a project in a sign-up': {
      good: (unique) => `p${unique}`,
      bad: NO_NAME.filter((name) => name !== ' a' && name !== 'a ' && name !== 7),
      ways: [workflow('/openstack/sign-up', (v) => ({ project_name: v, email: 'p@example.org' }), null)],
    },
    'description of a project': {
      good: () => 'Some words.\nMore.',
      bad: [...NO_TEXT, 7, true, {}],
      ways: [...ofProjects((description) => ({ description })), ...inV3('description')],
    },
    'home page of a project': {
      good: () => 'http://example.org',
      bad: [...NO_LINE, 7, true],
      ways: ofProjects((homepage) => ({ homepage })),
    },
    'start date of a project': {
      good: () => '2031-05-30T10:00:00Z',
      bad: NO_DATE,
      ways: ofProjects((start_date) => ({ start_date })),
    },
    'end date of a project': {
      good: (unique) => `${2041 + unique}-05-30T10:00:00Z`,
      bad: [...NO_DATE, ...PAST],
      ways: [
        ...ofProjects((value) => ({ end_date: value })),
        native('POST', `/projects/${owner.project}/renewal`, (v) => ({ end_date: v }), whole),
      ],
    },
    'number of members': {
      good: () => 5,
      bad: NO_AMOUNT,
      ways: ofProjects((max_members) => ({ max_members })),
    },
    'capacity of a project': {
      good: () => 5,
      bad: NO_AMOUNT,
      ways: [
        ...ofProjects((v) => capacities(v, 0)),
        native('POST', '/projects/system/limits', (v) => capacities(v, 0)),
      ],
    },
    'capacity of a member': {
      good: () => 5,
      bad: NO_AMOUNT,
      ways: [
        ...ofProjects((v) => capacities(9223372036854775807n, v)),
        native('POST', '/projects/system/limits', (v) => capacities(9223372036854775807n, v)),
      ],
    },
    'policy of joining': {
      good: () => 'auto',
      bad: ['', 'AUTO', 'open', 'auto ', 1, true, []],
      ways: ofProjects((join_policy) => ({ join_policy })),
    },
    'policy of leaving': {
      good: () => 'auto',
      bad: ['', 'AUTO', 'open', 'auto ', 1, true, []],
      ways: ofProjects((leave_policy) => ({ leave_policy })),
    },
    'owner of a project': {
      good: () => owner.uuid,
      bad: ['unknown', '', 'a\u0000b', 'a\ud800b', LONG, 7, '00000000-0000-4000-8000-000000000000'],
      ways: ofProjects((value) => ({ owner: value })),
    },
    'private flag of a project': {
      good: () => true,
      bad: ['true', 1, []],
      ways: ofProjects((value) => ({ private: value })),
    },
    'comments of an application': {
      good: () => 'Please.',
      bad: [...NO_TEXT, 7, true],
      ways: ofProjects((comments) => ({ description: 'New', comments })).filter(
        ({ method }) => method !== 'PATCH',
      ),
    },
    'e-mail address': {
      good: (unique) => `a${unique}@example.org`,
      bad: NO_EMAIL,
      ways: [
        ...ofUsers('email', 'username'),
        workflow('/openstack/sign-up', (email) => ({ project_name: 'p', email }), null),
        workflow('/openstack/users', (email) => ({ email, roles: ['member'] }), owner.token),
        workflow('/openstack/users/email-update', (new_email) => ({ new_email }), stranger.token),
      ],
    },
    'first name': { good: () => 'Ada', bad: [...NO_LINE, '', '  ', 7, true], ways: ofUsers('first_name') },
    'last name': { good: () => 'Lovelace', bad: [...NO_LINE, '', '  ', 7, true], ways: ofUsers('last_name') },
    affiliation: {
      good: () => 'Institute',
      bad: [...NO_LINE, 7, true],
      ways: ofUsers('affiliation').filter(({ path }) => !path.includes('/v3/')),
    },
    password: {
      good: () => 'a good long password',
      bad: ['', 'short', '       ', 'x'.repeat(1025), 12345678, true],
      ways: ofUsers('password'),
    },
    'name of a token': {
      good: (unique) => `t${unique}`,
      bad: NO_NAME,
      ways: [
        native('POST', `/users/${owner.uuid}/tokens`, (name) => ({ name }), whole),
        native('POST', '/login', (name) => ({ email: owner.email, ...PASSWORD, name }), null),
        v3('POST', credentials, (name) => ({ application_credential: { name } }), login),
      ],
    },
    'end of a token': {
      good: () => '2031-05-30T10:00:00Z',
      bad: [...NO_DATE, ...PAST],
      ways: [
        native('POST', `/users/${owner.uuid}/tokens`, (v) => ({ name: 'new', expires_at: v }), whole),
        native(
          'POST',
          '/login',
          (v) => ({ email: owner.email, ...PASSWORD, name: 'new', expires_at: v }),
          null,
        ),
        v3('POST', credentials, (v) => ({ application_credential: { name: 'n', expires_at: v } }), login),
      ],
    },
    'name of a role': {
      good: (unique) => `r${unique}`,
      bad: NO_NAME,
      ways: [
        native('POST', '/roles', (name) => ({ name })),
        v3('POST', '/roles', (name) => ({ role: { name } })),
      ],
    },
    'description of a role': {
      good: () => 'Does it.',
      bad: [...NO_LINE, 7],
      ways: [
        native('POST', '/roles', (description) => ({ name: 'new', description })),
        v3('POST', '/roles', (description) => ({ role: { name: 'new', description } })),
      ],
    },
    'name of a commission': {
      good: () => 'Create a server',
      bad: ['a\u0000b', 'a\ud800b', LONG, 7],
      ways: commission((name) => ({ name })),
    },
    'quantity of a commission': {
      good: () => 0,
      bad: [1.5, BEYOND, -BEYOND - 1n, '1', '', true, null, {}],
      ways: commission(quantity),
    },
    'time of a commission': {
      good: () => 300_000_000,
      bad: [0, -1, 1.5, '1', BEYOND],
      ways: commission((v) => ({ expires_in: v })),
    },
    'key of a commission': {
      good: (unique) => `k${unique}`,
      bad: ['', LONG, 'a\u0000b', 'a\ud800b', 7],
      ways: commission((key) => ({ key })),
    },
    'name of a component or a resource': {
      good: (unique) => `c${unique}`,
      bad: NO_NAME,
      ways: [
        native('POST', '/components', (name) => ({ name })),
        native('POST', '/services/import', (name) => document({ name })),
      ],
    },
    // The key of an object is always a text.
    'name of a service': {
      good: (unique) => `s${unique}`,
      bad: NO_NAME.filter((name) => typeof name === 'string'),
      ways: [
        native('POST', '/services/import', (name) => ({
          [String(name)]: { ...document({}).objects, resources: {} },
        })),
      ],
    },
    'description of a resource': {
      good: () => 'Some words.',
      bad: [...NO_TEXT, 7],
      ways: [native('POST', '/services/import', (desc) => document({ desc }))],
    },
    'unit of a resource': {
      good: () => 'bytes',
      bad: [...NO_LINE, 7],
      ways: [native('POST', '/services/import', (unit) => document({ unit }))],
    },
    'limit of a resource': {
      good: () => 5,
      bad: NO_AMOUNT,
      ways: [
        native('PATCH', '/resources/cyclades.vm', (v) => ({ system_default: v })),
        native('PATCH', '/resources/cyclades.vm', (v) => ({ project_default: v })),
        native('POST', '/services/import', (v) => document({ system_default: v })),
        native('POST', '/services/import', (v) => document({ project_default: v })),
      ],
    },
    'URL of a component, an endpoint or a webhook': {
      good: () => 'http://93.184.215.14/x',
      bad: NO_URL,
      ways: [
        native('POST', '/components', (v) => ({ name: 'new', base_url: v })),
        native('POST', '/components', (v) => ({ name: 'new', ui_url: v })),
        native('PATCH', '/components/storage', (v) => ({ base_url: v })),
        native('POST', '/services/import', (v) => document({}, { publicURL: v })),
        native('POST', '/webhooks', (url) => ({ url, events: ['task.failed'] })),
      ],
    },
    // Last, because a valid reason deactivates the project and the account.
    'reason of a decision': {
      good: () => 'So it is.',
      bad: NO_TEXT,
      ways: [
        native('POST', `/projects/${owner.project}/action`, (reason) => ({ action: 'suspend', reason })),
        native('POST', `/applications/${wished['id']}/action`, (reason) => ({ action: 'deny', reason })),
        native('POST', `/approvals/application/${wished['id']}`, (reason) => ({ decision: 'deny', reason })),
        native('POST', `/approvals/task/${task}`, (reason) => ({ decision: 'deny', reason })),
        native('POST', `/memberships/${membership}/action`, (reason) => ({ action: 'remove', reason })),
        native('POST', `/users/${stranger.uuid}/action`, (reason) => ({ action: 'deactivate', reason })),
        native('POST', `/tasks/${task}/action`, (reason) => ({ action: 'cancel', reason })),
        account(
          'POST',
          `/projects/${owner.project}/action`,
          (reason) => ({ suspend: { reason } }),
          ADMIN_TOKEN,
        ),
        account('POST', `/projects/${owner.project}/action`, (reason) => ({ suspend: reason }), ADMIN_TOKEN),
        account('POST', `/projects/apps/${wished['id']}/action`, (reason) => ({ deny: reason }), ADMIN_TOKEN),
        account(
          'POST',
          `/projects/memberships/${membership}/action`,
          (reason) => ({ remove: reason }),
          ADMIN_TOKEN,
        ),
        v2('POST', `/users/${stranger.uuid}/action`, (reason) => ({ deactivate: { reason } })),
      ],
    },
  };
}

async function ask(office: Office, path: string): Promise<JsonObject> {
  const response = await office.fetch(path, { headers: { 'x-auth-token': ADMIN_TOKEN } });
  return parseExact(await response.text()) as JsonObject;
}

async function sent(
  office: Office,
  token: string,
  method: string,
  path: string,
  body: object,
): Promise<JsonObject> {
  const response = await office.fetch(path, {
    method,
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    body: stringifyExact(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${response.status} ${text}`);
  return parseExact(text) as JsonObject;
}
