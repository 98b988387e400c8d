import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Script, testFeatures } from '../../../test/support/workflow-parts.ts';
import { loadSettings } from '../../config/load-settings.ts';
import { WorkflowTemplates } from '../mails/workflow-templates.ts';
import { emailNotification } from '../notifications/email-notification.ts';
import { FeatureRegistry } from './feature-registry.ts';
import type { FeatureSet } from './feature-set.ts';
import { importFeatureSets } from './feature-set-packages.ts';

const script: Script = { on: {}, ran: [] };
const ENGINE: FeatureSet = { name: 'engine', notificationHandlers: [emailNotification] };
const features = testFeatures(script);

function settingsOf(yaml = ''): ReturnType<typeof loadSettings> {
  const cwd = mkdtempSync(join(tmpdir(), 'purser-config-'));
  after(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'purser.yaml'), yaml);
  return loadSettings({ env: {}, cwd });
}

const load = (yaml = '', ...more: FeatureSet[]) =>
  FeatureRegistry.load([ENGINE, features, ...more], settingsOf(yaml));

function faults(yaml: string, ...more: FeatureSet[]): string[] {
  try {
    load(yaml, ...more);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

const api = (name: string, path: string) => ({ name, path, config: { roles: [] as string[] }, methods: {} });

test('the settings of a task are the defaults, overridden by its own and by the operator’s', () => {
  const registry = load(`
workflow:
  default_token_expiry: 60
  task_defaults:
    emails: {initial: {reply: all@example.org, subject: All}}
  action_defaults:
    First: {deep: {a: 5}}
  tasks:
    mailing:
      allow_auto_approve: false
      token_expiry: 30
      emails: {token: null, initial: {subject: Mine}}
      actions: {First: {deep: {b: 6}}}
`);
  const type = registry.taskType('mailing');
  assert.ok(type);
  assert.deepEqual([type.allowAutoApprove, type.tokenExpiry_s, type.mails.token], [false, 30, []]);
  assert.deepEqual(type.mails.initial, [
    {
      subject: 'Mine',
      from: null,
      reply: 'all@example.org',
      to: null,
      template: 'initial.txt',
      htmlTemplate: null,
      emailCurrentUser: false,
    },
  ]);
  assert.deepEqual(registry.actionConfig(type, 'First'), { limit: 1, deep: { a: 5, b: 6 } });
  const other = registry.taskType('give_way');
  assert.deepEqual([other?.name, other?.tokenExpiry_s], ['cancel', 60]);
  assert.ok(other);
  assert.deepEqual(registry.actionConfig(other, 'First'), { limit: 1, deep: { a: 5, b: 2 } });
  assert.equal(registry.taskType('nothing'), undefined);
});

test('a group or a setting that is null counts as not set', () => {
  const registry = load(`
workflow:
  task_defaults: {emails: , notifications: }
  action_defaults: {First: }
  tasks:
    mailing:
      allow_auto_approve:
      additional_actions:
      token_expiry:
      actions: {First: }
      notifications:
      emails: {initial: {subject: , email_current_user: , emails: }}
    block: {emails: , actions: , notifications: }
    cancel:
quota:
  sizes: {small: , tiny: {nova: }}
  mapping: {nova: }
  services: {'*': }
`);
  const plain = load('');
  for (const name of ['mailing', 'block', 'cancel']) {
    assert.deepEqual(registry.taskType(name), plain.taskType(name), name);
  }
});

test('a mail that a type of task does not send by default gets a default subject and template', () => {
  const set: FeatureSet = {
    name: 'silent',
    tasks: [
      {
        name: 'silent',
        actions: ['First'],
        duplicates: 'block',
        config: { emails: { initial: null, token: null, completed: null } },
      },
    ],
  };
  const yaml = `
workflow:
  tasks: {silent: {emails: {initial: {reply: a@example.org}, token: {template: completed.txt}}}}
`;
  const mails = load(yaml, set).taskType('silent')?.mails;
  assert.deepEqual(
    [mails?.initial, mails?.token].map((of) => of?.map(({ subject, template }) => [subject, template])),
    [
      [['[%(service_name)s] Your request was received', 'initial.txt']],
      [['[%(service_name)s] Confirm your request', 'completed.txt']],
    ],
  );
  assert.deepEqual(mails?.completed, []);
});

test('operators add actions to a type of task and choose the delegate APIs', () => {
  const set: FeatureSet = {
    name: 'apis',
    config: { shared: 1 },
    delegateApis: [api('One', 'one'), api('Two', 'two')],
  };
  const registry = load(
    `
workflow: {tasks: {extra: {additional_actions: [Second]}}}
api: {active_delegate_apis: [Two], delegate_apis: {Two: {roles: [admin]}}}
`,
    set,
    { name: 'more', tasks: [{ name: 'extra', actions: ['First'], duplicates: 'block' }] },
  );
  assert.deepEqual(registry.taskType('extra')?.actions, ['First', 'Second']);
  assert.deepEqual(
    registry.delegateApis.map(({ api: { name }, config }) => [name, config]),
    [['Two', { shared: 1, roles: ['admin'] }]],
  );
  assert.equal(load('', set).delegateApis.length, 2);
});

test('every duplicate name and every reference to a missing part is reported in a sentence of its own', () => {
  const wrong: FeatureSet = {
    name: 'test',
    actions: features.actions?.slice(0, 1) ?? [],
    tasks: [
      {
        name: 'wrong',
        actions: ['First', 'Missing', 'First'],
        duplicates: 'block',
        oldNames: ['block', 'give_way'],
      },
      {
        name: 'empty',
        actions: [],
        duplicates: 'block',
        config: { emails: { final: null }, notifications: { error_handlers: ['Missing'] } },
      },
    ],
    delegateApis: [api('One', 'same'), api('Two', 'same')],
  };
  assert.deepEqual(faults('', wrong), [
    "There are two feature sets named 'test'.",
    "There are two actions named 'First'.",
    "'block' is a task type, and an old name of 'wrong'.",
    "'give_way' is an old name of two task types.",
    "Task type 'empty': config.emails.final is not a setting.",
    "Task type 'wrong' has the action 'Missing', which is not registered.",
    "Task type 'wrong' has the action 'First' twice.",
    "Task type 'empty' has no actions.",
    "Task type 'empty' has the notification handler 'Missing', which is not registered.",
    "The delegate APIs 'One' and 'Two' have the same path 'same'.",
  ]);
});

test('settings of missing parts, and unknown settings, are reported', () => {
  const yaml = `
workflow:
  task_defaults: {mails: {}}
  action_defaults: {Frist: {}, First: {limt: 1}}
  tasks:
    blcok: {}
    block:
      allow_auto_approve: perhaps
      token_expiry: 0
      additional_actions: Second
      actions: {Third: {}}
      emails: {initial: {subjct: x, template: 1}, token: 3}
      notifications: {standard_handlers: [Pager], standard_handler_config: {EmailNotification: {mails: []}}}
notifications: {handler_defaults: {Pager: {}}}
api: {active_delegate_apis: [Nothing], delegate_apis: {Nothing: {}}}
`;
  assert.deepEqual(faults(yaml), [
    'workflow.task_defaults.mails is not a setting.',
    "workflow.action_defaults.Frist: There is no action 'Frist'.",
    'workflow.action_defaults.First.limt is not a setting.',
    "workflow.tasks.blcok: There is no task type 'blcok'.",
    'workflow.tasks.block.allow_auto_approve is not true, false or null.',
    'workflow.tasks.block.additional_actions is not a list of texts or null.',
    'workflow.tasks.block.token_expiry is not a number of seconds above zero, or null.',
    "workflow.tasks.block.actions.Third: There is no action 'Third'.",
    'workflow.tasks.block.emails.initial.subjct is not a setting.',
    'workflow.tasks.block.emails.initial.template is not a text or null.',
    'workflow.tasks.block.emails.token is not a mapping.',
    'workflow.tasks.block.notifications.standard_handler_config.EmailNotification.mails is not a setting.',
    "notifications.handler_defaults.Pager: There is no notification handler 'Pager'.",
    "api.delegate_apis.Nothing: There is no delegate API 'Nothing'.",
    "api.active_delegate_apis: There is no delegate API 'Nothing'.",
    "Task type 'block' has the notification handler 'Pager', which is not registered.",
  ]);
});

test('groups of settings are checked key by key, and stop the start with a sentence', () => {
  const complaints: [string, string][] = [
    [
      'workflow: {horizn_url: x}',
      'purser.yaml: workflow: horizn_url is not a setting. The nearest is horizon_url.',
    ],
    [
      'workflow: {horizon_url: nowhere}',
      "purser.yaml: workflow: horizon_url: 'nowhere' is not an http or https URL without user, query and fragment.",
    ],
    [
      'workflow: {default_token_expiry: 0}',
      'purser.yaml: workflow: default_token_expiry: 0 is not a number of seconds (1 to 3153600000).',
    ],
    ['workflow: [x]', 'purser.yaml: workflow: The value is not a mapping of settings.'],
    [
      'identity: {username_is_email: perhaps}',
      "purser.yaml: identity: username_is_email: 'perhaps' is not true or false.",
    ],
    [
      'identity: {role_mapping: {admin: member}}',
      'purser.yaml: identity: role_mapping: "member" is not a list of names.',
    ],
    [
      'quota: {sizes: {small: {nova: {cores: many}}}}',
      "purser.yaml: quota: sizes: The quotas of nova in size 'small' are not a mapping to integers.",
    ],
    ...['cyclades.vm', '{resource: []}', '{resource: a, factor: 0}', '{resource: a, unit: b}'].map(
      (value): [string, string] => [
        `quota: {mapping: {nova: {cores: ${value}}}}`,
        'purser.yaml: quota: mapping: The value of nova.cores is not null or a mapping with a resource or a list of them, and perhaps a factor from 1 on.',
      ],
    ),
    [
      'regions: [RegionOne, RegionOne]',
      'purser.yaml: regions: ["RegionOne","RegionOne"] is not a list of names, each once.',
    ],
  ];
  for (const [yaml, message] of complaints) assert.throws(() => settingsOf(yaml), { message }, yaml);
  const named = settingsOf('identity: {username_is_email: false, can_edit_users: false}');
  assert.deepEqual(named.warnings, []);
  assert.deepEqual([named.identity.usernameIsEmail, named.identity.canEditUsers], [false, false]);
  const settings = settingsOf(
    'identity: {role_mapping: {boss: [member]}}\nworkflow: {horizon_url: "https://a.example/b/"}\nregions: [A, B]',
  );
  assert.deepEqual(settings.identity.roleMapping, { boss: ['member'] });
  assert.equal(settings.workflow.horizonUrl, 'https://a.example/b');
  assert.deepEqual(settings.regions, ['A', 'B']);
  const { quota } = settingsOf();
  assert.deepEqual(quota.sizesAscending, ['small', 'medium', 'large']);
  const { nova, cinder, neutron, octavia, trove } = quota.sizes['medium'] as Record<string, unknown>;
  assert.deepEqual(nova, {
    instances: 50,
    cores: 100,
    ram: 327_680,
    floating_ips: 25,
    fixed_ips: 0,
    metadata_items: 128,
    injected_files: 5,
    injected_file_content_bytes: 10_240,
    key_pairs: 50,
    security_groups: 50,
    security_group_rules: 400,
  });
  assert.deepEqual(
    [cinder, octavia, trove],
    [
      { gigabytes: 10_000, snapshots: 300, volumes: 100 },
      { health_monitor: 50, listener: 5, load_balancer: 5, member: 5, pool: 5 },
      { instances: 10, volumes: 10, backups: 50 },
    ],
  );
  assert.deepEqual(neutron, {
    floatingip: 25,
    network: 5,
    port: 250,
    router: 5,
    security_group: 50,
    security_group_rule: 400,
    subnet: 5,
  });
});

test('a missing template is reported at the start; an operator’s file overrides a built-in one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'purser-templates-'));
  after(() => rmSync(folder, { recursive: true }));
  const registry = load('workflow: {tasks: {mailing: {emails: {completed: {template: mine.txt}}}}}');
  assert.throws(() => new WorkflowTemplates([], undefined).check(registry), {
    message: "The completed mail of mailing has the template 'mine.txt', which is not there.",
  });
  writeFileSync(join(folder, 'mine.txt.eta'), 'Mine: <%= it.x %>');
  writeFileSync(join(folder, 'completed.txt.eta'), 'Own');
  const templates = new WorkflowTemplates([], folder);
  templates.check(registry);
  assert.equal(templates.text('mine.txt', { x: '<b>' }), 'Mine: <b>\n');
  assert.equal(templates.text('completed.txt', {}), 'Own\n');
  assert.throws(() => new WorkflowTemplates([], '/nowhere'), /cannot be read \(ENOENT\)/);
});

test('feature sets come from packages by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'purser-features-'));
  after(() => rmSync(folder, { recursive: true }));
  const good = join(folder, 'good.mjs');
  const bad = join(folder, 'bad.mjs');
  writeFileSync(good, "export default { name: 'good', tasks: [] };");
  writeFileSync(bad, 'export const name = 1;');
  assert.deepEqual(
    (await importFeatureSets([good])).map(({ name }) => name),
    ['good'],
  );
  await assert.rejects(importFeatureSets([bad]), {
    message: `feature_sets: The package '${bad}' does not export a feature set by default.`,
  });
  await assert.rejects(
    importFeatureSets(['purser-no-such-package']),
    /^Error: feature_sets: The package 'purser-no-such-package' cannot be loaded: /,
  );
});
