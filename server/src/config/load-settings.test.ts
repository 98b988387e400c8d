import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describeSettings, loadSettings } from './load-settings.ts';
import { TABLE } from './settings-table.ts';

/** A working directory, with a configuration file if a text is given. */
function folder(yaml?: string, name = 'purser.yaml'): string {
  const path = mkdtempSync(join(tmpdir(), 'purser-config-'));
  after(() => rmSync(path, { recursive: true }));
  if (yaml !== undefined) writeFileSync(join(path, name), yaml);
  return path;
}

const fromFile = (yaml: string) => loadSettings({ env: {}, cwd: folder(yaml) });
const fromEnv = (env: Record<string, string>) => loadSettings({ env, cwd: folder() });

/** The sentence with which something is refused. */
function complaint(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

test('without any configuration every setting has its default', () => {
  const cwd = folder();
  const { origins, workflow, identity, quota, ...settings } = loadSettings({ env: {}, cwd });
  assert.deepEqual(workflow, {
    horizonUrl: undefined,
    defaultTokenExpiry_s: 86_400,
    backgroundAfter_ms: undefined,
    projectLifetime_years: 10,
    templates: undefined,
    taskDefaults: {},
    actionDefaults: {},
    tasks: {},
  });
  assert.deepEqual(Object.keys(identity.roleMapping), ['admin', 'project_admin', 'project_mod']);
  assert.deepEqual(quota.services, { '*': ['cinder', 'neutron', 'nova'] });
  assert.deepEqual(settings, {
    host: '127.0.0.1',
    port: 8700,
    baseUrl: 'http://127.0.0.1:8700',
    mailsPerRecipient: 10,
    anonymousRequestsPerAddress: 60,
    anonymousRequests: 1000,
    requestsPerAccount: 600,
    trustedProxies: [],
    databaseUrl: `sqlite:${cwd}/data/purser.db`,
    adminEmail: undefined,
    adminPassword: undefined,
    adminToken: undefined,
    metricsToken: undefined,
    componentsOwnResources: false,
    mailUrl: 'console',
    mailFrom: 'cloud@localhost',
    mailTemplates: undefined,
    mailRetry_ms: 48 * 3_600_000,
    serviceName: 'Purser',
    helpdesk: undefined,
    projectExpiry: 'automatic',
    projectWarningDays: [30, 14, 7, 1],
    projectNotifications: undefined,
    tokenLifetime_ms: 720 * 3_600_000,
    sessionIdle_ms: 8 * 3_600_000,
    sessionMax_ms: 168 * 3_600_000,
    secondFactorRequired: [],
    webauthnRpId: undefined,
    webhooksPrivateAddresses: false,
    webloginTargets: ['pithos', 'pithosdev'],
    signUp: true,
    accountModeration: true,
    accountPatterns: [],
    signUpVerify_ms: 72 * 3_600_000,
    accountPendingNotifications: undefined,
    accountActivatedNotifications: undefined,
    cookieName: '_pithos2_a',
    adminApi: false,
    adminApiGroups: ['admin-api'],
    adminStatsGroups: ['admin-stats'],
    warnings: [],
    accountGeneration: 'auto',
    logLevel: 'info',
    componentsMeta: {},
    resourcesMeta: {},
    featureSets: [],
    notificationHandlerDefaults: {},
    api: { activeDelegateApis: undefined, delegateApis: {} },
    regions: ['RegionOne'],
  });
  assert.deepEqual(new Set(Object.values(origins)), new Set(['default']));
});

test('all faults are reported at once, and settings without effect are warnings that name them', () => {
  const wrong = complaint(() =>
    fromFile('prot: 80\nport: abc\nworkflow: {horizon: x, default_token_expiry: 0, tasks: {a: 1, b: 2}}\n'),
  );
  assert.deepEqual(wrong.split('\n'), [
    'purser.yaml: prot is not a setting. The nearest is port.',
    "purser.yaml: port: 'abc' is not a port (1 to 65535).",
    'purser.yaml: workflow: horizon is not a setting. The nearest is horizon_url.',
    'purser.yaml: workflow: default_token_expiry: 0 is not a number of seconds (1 to 3153600000).',
    "purser.yaml: workflow: tasks: The settings of 'a' are not a mapping.",
    "purser.yaml: workflow: tasks: The settings of 'b' are not a mapping.",
  ]);
  const { warnings } = fromFile(
    'django: {secret_key: x, debug: true}\nidentity: {auth: {username: x}, token_cache_time: -1, can_edit_users: true}\nfeature_sets: {MyPlugin: {a: 1}}\nworkflow: {action_defaults: {NewUserAction: }}\n',
  );
  assert.equal(warnings.length, 4);
  for (const [index, name] of [
    'django.*secret_key, debug',
    'MyPlugin',
    'auth.*username',
    'token_cache_time',
  ].entries()) {
    assert.match(warnings[index] ?? '', new RegExp(name));
  }
});

test('listening on all addresses without a base URL is a warning that says what breaks', () => {
  for (const host of ['0.0.0.0', '::']) {
    const { warnings } = fromEnv({ PURSER_HOST: host });
    assert.match(warnings.join(), /base_url.*links in mails.*catalog.*PURSER_BASE_URL/);
    assert.deepEqual(fromEnv({ PURSER_HOST: host, PURSER_BASE_URL: 'https://x.example.org' }).warnings, []);
  }
  assert.deepEqual(fromEnv({ PURSER_HOST: '10.1.2.3' }).warnings, []);
});

test('the environment wins over the file, and the file over the defaults', () => {
  const cwd = folder('port: 9000\nhost: 0.0.0.0\nlog_level: debug\n');
  const settings = loadSettings({ env: { PURSER_PORT: '9001', PURSER_HOST: '' }, cwd });
  assert.deepEqual([settings.port, settings.host, settings.logLevel], [9001, '0.0.0.0', 'debug']);
  assert.equal(settings.baseUrl, 'http://0.0.0.0:9001');
  assert.equal(settings.origins['port'], 'PURSER_PORT');
  assert.equal(settings.origins['host'], 'purser.yaml');
  assert.equal(settings.origins['cookie_name'], 'default');
});

test('a wrong value is refused with a sentence that names the setting', () => {
  const sentences: [Record<string, string>, string][] = [
    [{ PURSER_PORT: 'abc' }, "PURSER_PORT: 'abc' is not a port (1 to 65535)."],
    [{ PURSER_PORT: '0' }, "PURSER_PORT: '0' is not a port (1 to 65535)."],
    [{ PURSER_PORT: '65536' }, "PURSER_PORT: '65536' is not a port (1 to 65535)."],
    [{ PURSER_PORT: '80.5' }, "PURSER_PORT: '80.5' is not a port (1 to 65535)."],
    ...[
      'localhost:80',
      '[::1]:80',
      '[localhost',
      '::1::',
      'a b',
      'http://a',
      '*',
      '256.1.1.1',
      '1.2.3',
      'a.0x1',
      '7',
    ].map((host): [Record<string, string>, string] => [
      { PURSER_HOST: host },
      `PURSER_HOST: '${host}' is not an IP address or a host name, without a port.`,
    ]),
    [
      { PURSER_BASE_URL: 'ftp://x' },
      "PURSER_BASE_URL: 'ftp://x' is not an http or https URL without user, query and fragment.",
    ],
    [
      { PURSER_DATABASE_URL: 'mysql://u:se/cr@et@h/d' },
      "PURSER_DATABASE_URL: 'mysql://u:********@h/d' is not a database URL (sqlite:PATH or postgres://…).",
    ],
    [
      { PURSER_MAIL_URL: 'smtp:' },
      "PURSER_MAIL_URL: 'smtp:' is not a mail URL (console, smtp://…, smtps://… or file:DIR).",
    ],
    [
      { PURSER_PROJECT_WARNING_DAYS: '7,0' },
      "PURSER_PROJECT_WARNING_DAYS: '7,0' is not a list of whole numbers of days, from 1 to 3650.",
    ],
    [{ PURSER_PROJECT_EXPIRY: 'never' }, "PURSER_PROJECT_EXPIRY: 'never' is not one of automatic, manual."],
    [{ PURSER_ADMIN_EMAIL: 'root' }, "PURSER_ADMIN_EMAIL: 'root' is not an e-mail address."],
    [{ PURSER_HELPDESK: 'a@b.cd, x' }, "PURSER_HELPDESK: 'x' is not an e-mail address."],
    [
      { PURSER_ADMIN_PASSWORD: 'secret7' },
      'PURSER_ADMIN_PASSWORD: The password must have 8 to 1024 characters.',
    ],
    [
      { PURSER_ADMIN_TOKEN: 'secret' },
      'PURSER_ADMIN_TOKEN: The token must have 8 to 256 printable ASCII characters and no spaces.',
    ],
    [
      { PURSER_TOKEN_LIFETIME_HOURS: '1h' },
      "PURSER_TOKEN_LIFETIME_HOURS: '1h' is not a number of hours (1 to 876600).",
    ],
    [{ PURSER_COOKIE_NAME: 'a b' }, "PURSER_COOKIE_NAME: 'a b' is not a name for a cookie."],
    [
      { PURSER_LOG_LEVEL: 'loud' },
      "PURSER_LOG_LEVEL: 'loud' is not one of fatal, error, warn, info, debug, trace, silent.",
    ],
    [{ PURSER_CONFIG: 'absent.yaml' }, 'absent.yaml: The file cannot be read (ENOENT).'],
  ];
  for (const [env, sentence] of sentences)
    assert.equal(
      complaint(() => fromEnv(env)),
      sentence,
    );
});

test('a wrong file is refused with the place', () => {
  const sentences: [string, string][] = [
    ['port: abc', "purser.yaml: port: 'abc' is not a port (1 to 65535)."],
    ['port: [1]', 'purser.yaml: port: [1] is not a port (1 to 65535).'],
    ['prot: 80', 'purser.yaml: prot is not a setting. The nearest is port.'],
    ['database: x', 'purser.yaml: database is not a setting. The nearest is database_url.'],
    ['- a', 'purser.yaml: The file is not a mapping of settings.'],
    ['just text', 'purser.yaml: The file is not a mapping of settings.'],
    ['service_name: 5', 'purser.yaml: service_name: 5 is not a text; put it in quotes.'],
    [
      'admin_password: 12345678',
      'purser.yaml: admin_password: The password is not a text; put it in quotes.',
    ],
    ['helpdesk: []', 'purser.yaml: helpdesk: [] is not a list of e-mail addresses.'],
    [
      'resources_meta: [a]',
      'purser.yaml: resources_meta: ["a"] is not a mapping from names to their settings.',
    ],
    ['resources_meta: {r: 1}', "purser.yaml: resources_meta: The settings of 'r' are not a mapping."],
    ['host: *unknown', 'purser.yaml: The file refers to an anchor that it does not have, or to too many.'],
  ];
  for (const [yaml, sentence] of sentences)
    assert.equal(
      complaint(() => fromFile(yaml)),
      sentence,
    );
  assert.match(
    complaint(() => fromFile('port: 1\nport: 2')),
    /^purser\.yaml: .*unique.* line 2/,
  );
  assert.doesNotMatch(
    complaint(() => fromFile('admin_password: "hush\nport: 1')),
    /hush/,
  );
});

test('variables of the command and of others are left alone; one that nothing reads is refused', () => {
  const env = { PURSER_URL: 'http://x', PURSER_TOKEN: 'x', PURSER_TEST_POSTGRES_URL: 'x', PATH: '/bin' };
  assert.equal(fromEnv(env).port, 8700);
  assert.equal(
    complaint(() => fromEnv({ ...env, PURSER_PROT: '80' })),
    'PURSER_PROT is not a setting. The nearest is PURSER_PORT.',
  );
});

test('an empty file is a file without settings', () => {
  assert.equal(fromFile('').port, 8700);
  assert.equal(fromFile('# nothing\n').port, 8700);
  assert.equal(fromFile('port:\n').port, 8700);
});

test('every wrong value of the quota sizes is reported, with its place', () => {
  const message = complaint(() =>
    fromFile('quota: {sizes: {small: {nova: {cores: many}, cinder: 5}, medium: {nova: {cores: 1.5}}}}\n'),
  );
  const places = [...message.matchAll(/The quotas of (\w+) in size '(\w+)' are not/g)];
  assert.deepEqual(
    places.map(([, service, size]) => `${size} ${service}`),
    ['small nova', 'small cinder', 'medium nova'],
  );
});

test('a key whose value is commented out counts as not there, at any depth', () => {
  const { identity, quota } = fromFile(
    'identity: {role_mapping: {project_mod: , member: [member]}}\nquota: {services: {north: , south: [nova]}, sizes: {small: {nova: , cinder: {volumes: 1}}}}\nnotifications:\n',
  );
  assert.deepEqual(identity.roleMapping, { member: ['member'] });
  assert.deepEqual(quota.services, { south: ['nova'] });
  assert.deepEqual(quota.sizes, { small: { nova: {}, cinder: { volumes: 1 } } });
});

test('URLs and paths are brought into one form', () => {
  const cwd = folder();
  const load = (env: Record<string, string>) => loadSettings({ env, cwd });
  const base = (url: string) => load({ PURSER_BASE_URL: url }).baseUrl;
  assert.equal(base('https://Accounts.Example.org/astakos/'), 'https://accounts.example.org/astakos');
  assert.equal(base('https://accounts.example.org:443/'), 'https://accounts.example.org');
  for (const [host, bare, url] of [
    ['::1', '::1', 'http://[::1]:8700'],
    ['[::1]', '::1', 'http://[::1]:8700'],
    ['::', '::', 'http://[::]:8700'],
    ['fe80::1%eth0', 'fe80::1%eth0', 'http://[fe80::1]:8700'],
    ['0.0.0.0', '0.0.0.0', 'http://0.0.0.0:8700'],
    ['Node-1.example.org', 'Node-1.example.org', 'http://node-1.example.org:8700'],
  ] as const) {
    const { host: listened, baseUrl } = load({ PURSER_HOST: host });
    assert.deepEqual([listened, baseUrl], [bare, url]);
  }
  assert.equal(load({ PURSER_DATABASE_URL: 'sqlite:x.db' }).databaseUrl, `sqlite:${cwd}/x.db`);
  assert.equal(load({ PURSER_DATABASE_URL: 'sqlite:/var/x.db' }).databaseUrl, 'sqlite:/var/x.db');
  assert.equal(load({ PURSER_MAIL_URL: 'file:./mails' }).mailUrl, `file:${cwd}/mails`);
  assert.deepEqual(load({ PURSER_HELPDESK: 'a@b.cd,e@f.gh' }).helpdesk, ['a@b.cd', 'e@f.gh']);
  assert.deepEqual(load({ PURSER_ADMIN_EMAIL: 'root@b.cd' }).helpdesk, undefined);
  assert.deepEqual(load({ PURSER_HELPDESK: 'help@b.cd' }).projectNotifications, ['help@b.cd']);
  assert.deepEqual(load({ PURSER_PROJECT_NOTIFICATIONS: 'a@b.cd' }).projectNotifications, ['a@b.cd']);
  assert.equal(load({ PURSER_MAIL_TEMPLATES: 'own' }).mailTemplates, `${cwd}/own`);
  assert.equal(load({ PURSER_MAIL_FROM: 'The Cloud <cloud@b.cd>' }).mailFrom, 'The Cloud <cloud@b.cd>');
});

test('the file can be any that PURSER_CONFIG names', () => {
  const cwd = folder('helpdesk: [a@b.cd, e@f.gh]\ntoken_lifetime_hours: 2\n', 'other.yaml');
  const settings = loadSettings({ env: { PURSER_CONFIG: 'other.yaml' }, cwd });
  assert.deepEqual(settings.helpdesk, ['a@b.cd', 'e@f.gh']);
  assert.equal(settings.tokenLifetime_ms, 7_200_000);
  assert.equal(settings.origins['helpdesk'], 'other.yaml');
});

test('a former name of a setting works, as a key and as a variable, with a warning that names the present one', () => {
  const cwd = folder('mail_patience_hours: 3\nrequests_per_stranger: 7\n');
  const settings = loadSettings({ env: { PURSER_REQUESTS_OF_STRANGERS: '70' }, cwd });
  assert.equal(settings.mailRetry_ms, 3 * 3_600_000);
  assert.deepEqual([settings.anonymousRequestsPerAddress, settings.anonymousRequests], [7, 70]);
  assert.equal(settings.origins['mail_retry_hours'], 'purser.yaml');
  assert.deepEqual(settings.warnings, [
    'purser.yaml: mail_patience_hours: This setting is named mail_retry_hours now; the name mail_patience_hours works until the next release.',
    'purser.yaml: requests_per_stranger: This setting is named anonymous_requests_per_address now; the name requests_per_stranger works until the next release.',
    'PURSER_REQUESTS_OF_STRANGERS: This setting is named PURSER_ANONYMOUS_REQUESTS now; the name PURSER_REQUESTS_OF_STRANGERS works until the next release.',
  ]);
});

test('a former variable wins over the file, and a present name over a former one in the same place', () => {
  const file = folder('mail_retry_hours: 3\nmail_patience_hours: 4\n');
  assert.equal(loadSettings({ env: {}, cwd: file }).mailRetry_ms, 3 * 3_600_000);
  const former = { PURSER_MAIL_PATIENCE_HOURS: '5' };
  assert.equal(loadSettings({ env: former, cwd: file }).mailRetry_ms, 5 * 3_600_000);
  const both = loadSettings({ env: { ...former, PURSER_MAIL_RETRY_HOURS: '6' }, cwd: folder() });
  assert.equal(both.mailRetry_ms, 6 * 3_600_000);
  assert.equal(both.warnings.length, 1);
});

test('a misspelt setting is compared with present names alone', () => {
  const sentence = complaint(() => fromEnv({ PURSER_MAIL_PATIENCE_HOUR: '5' }));
  assert.doesNotMatch(sentence, /The nearest is PURSER_MAIL_PATIENCE/);
});

test('what is printed shows every setting and no secret', () => {
  const settings = fromEnv({
    PURSER_ADMIN_PASSWORD: 'hush-hush',
    PURSER_ADMIN_TOKEN: 'hush-hush-hush-hush',
    PURSER_DATABASE_URL: 'postgres://purser:hu:s@h@db.example.org/purser',
    PURSER_MAIL_URL: 'smtp://user:hush@mail.example.org:587',
  });
  const described = describeSettings(settings);
  assert.deepEqual(
    described.map(({ key }) => key),
    Object.keys(TABLE),
  );
  assert.doesNotMatch(JSON.stringify(described), /hu[:s]/);
  const shownAs = (wanted: string) => described.find(({ key }) => key === wanted)?.value;
  assert.equal(shownAs('database_url'), 'postgres://purser:********@db.example.org/purser');
  assert.equal(shownAs('mail_url'), 'smtp://user:********@mail.example.org:587');
  assert.equal(shownAs('admin_password'), '********');
  assert.equal(shownAs('admin_email'), '');
  assert.equal(shownAs('token_lifetime_hours'), '720');
  assert.equal(described.find(({ key }) => key === 'mail_url')?.origin, 'PURSER_MAIL_URL');
});

test('every setting is documented by one sentence', () => {
  for (const [key, { description }] of Object.entries(TABLE)) {
    assert.match(description, /^[A-Z][^\n]*\.$/, key);
  }
});
