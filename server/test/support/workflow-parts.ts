import { Allowances } from '../../src/audit/allowances.ts';
import { Audit } from '../../src/audit/audit.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { holdsCloudPower } from '../../src/directory/roles/roles.ts';
import type { JsonObject } from '../../src/lib/text/json.ts';
import { type Mailer, openMailer } from '../../src/mail/mailer.ts';
import { Outbox } from '../../src/mail/outbox.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { KnownCaller } from '../../src/workflow/engine/caller.ts';
import type { Stage } from '../../src/workflow/engine/task.ts';
import type { ActionDefinition, ActionRun, Submission } from '../../src/workflow/features/action.ts';
import type { Backends } from '../../src/workflow/features/backends.ts';
import type { FeatureSet } from '../../src/workflow/features/feature-set.ts';
import type { TaskType } from '../../src/workflow/features/task-type.ts';
import type { WorkflowSettings } from '../../src/workflow/features/workflow-settings.ts';
import type { FieldErrors } from '../../src/workflow/fields/fields.ts';
import { openWorkflow } from '../../src/workflow/open-workflow.ts';
import { countedSecrets, fixedClock } from './engines.ts';

export const callerOf = (name: string, project = 'p1', ...roles: string[]): KnownCaller => ({
  project_domain_id: 'default',
  project_name: project,
  project_id: project,
  roles,
  user_domain_id: 'default',
  username: `${name}@example.org`,
  user_id: `id-of-${name}`,
  authenticated: 'Confirmed',
});

export const ADMIN = callerOf('admin', 'p0', 'admin');
export const ADA = callerOf('ada', 'p1', 'project_admin');

type Work = (run: ActionRun, submission: Submission) => Promise<void> | void;

/** What the actions of the test do; a test can change it. Each action is valid when it is prepared. */
export interface Script {
  /** By action and stage, as `First.approve`. */
  readonly on: Record<string, Work>;
  /** What was run, as `First.approve`. */
  readonly ran: string[];
}

/** An action that requires a text `what` and accepts a list `roles`; its mails go to `email`. */
function scripted(name: string, script: Script): ActionDefinition {
  const run = (stage: Stage) => async (run: ActionRun, submission?: Submission) => {
    script.ran.push(`${name}.${stage}`);
    if (stage === 'prepare') run.valid = true;
    await script.on[`${name}.${stage}`]?.(run, submission ?? { data: {}, submitter: {} });
  };
  return {
    name,
    config: { limit: 1, deep: { a: 1, b: 2 } },
    fields: {
      read: (input) => {
        const errors: FieldErrors = {};
        if (typeof input['what'] !== 'string') errors['what'] = ['This field is required.'];
        if (Object.keys(errors).length > 0) return { ok: false, errors };
        const data: JsonObject = { what: input['what'] as string };
        for (const key of ['roles', 'email']) if (input[key] !== undefined) data[key] = input[key];
        return { ok: true, data };
      },
    },
    prepare: run('prepare'),
    approve: run('approve'),
    submit: run('submit'),
    email: ({ data }) => (typeof data['email'] === 'string' ? data['email'] : null),
  };
}

const SILENT = { emails: { initial: null, token: null, completed: null } };

/** Two actions; types of tasks that block and replace duplicates; no mails unless a test sets some. */
export function testFeatures(script: Script, tasks: readonly Partial<TaskType>[] = []): FeatureSet {
  const actions = ['First', 'Second'].map((name) => scripted(name, script));
  const plain: TaskType = {
    name: 'block',
    actions: ['First', 'Second'],
    duplicates: 'block',
    config: SILENT,
  };
  return {
    name: 'test',
    actions,
    tasks: [
      plain,
      { ...plain, name: 'cancel', duplicates: 'cancel', oldNames: ['give_way'] },
      { ...plain, name: 'mailing', config: {} },
      ...tasks.map((type) => ({ ...plain, name: 'special', ...type })),
    ],
  };
}

const forbidden = new Proxy({}, { get: (_target, key) => () => Promise.reject(new Error(String(key))) });
const BACKENDS = {
  identity: { canEditUsers: true, usernameIsEmail: true },
  quota: forbidden,
  network: forbidden,
} as unknown as Backends;

/** The workflow over a storage, as a node of the service has it. */
export function workflowOver(
  storage: Storage,
  options: {
    script?: Script;
    tasks?: readonly Partial<TaskType>[];
    features?: FeatureSet;
    settings?: { workflow?: Partial<WorkflowSettings['workflow']> } & Partial<
      Omit<WorkflowSettings, 'workflow'>
    >;
    mailer?: Mailer;
    clock?: ReturnType<typeof fixedClock>;
    seed?: string;
    backends?: Partial<Backends>;
    wait?: (ms: number) => Promise<void>;
  } = {},
) {
  const clock = options.clock ?? fixedClock();
  const script = options.script ?? { on: {}, ran: [] };
  const secrets = countedSecrets(options.seed);
  const mailer = options.mailer ?? openMailer('console', 'cloud@example.org', () => undefined);
  const complaints: string[] = [];
  const complain = (_error: unknown, what: string) => complaints.push(what);
  const outbox = new Outbox({ storage, clock, mailer, give_up_after_ms: 3_600_000, onError: complain });
  const audit = new Audit({ storage, clock });
  const defaults = loadSettings({ env: {}, cwd: '/nowhere' });
  const settings: WorkflowSettings = {
    ...defaults,
    ...options.settings,
    workflow: { ...defaults.workflow, ...options.settings?.workflow },
  };
  const allowances = new Allowances({
    clock,
    db: storage.db,
    settings: defaults,
    isOperator: holdsCloudPower,
  });
  const workflow = openWorkflow(
    {
      storage,
      clock,
      secrets,
      outbox,
      audit,
      allowances,
      settings,
      backends: { ...BACKENDS, ...options.backends },
      onError: complain,
    },
    [options.features ?? testFeatures(script, options.tasks)],
    options.wait ? { wait: options.wait } : {},
  );
  return {
    ...workflow,
    storage,
    clock,
    outbox,
    audit,
    script,
    complaints,
    /** The texts of mails that wait, oldest first. */
    waiting: async () => {
      const rows = await storage.db.selectFrom('outbox').selectAll().orderBy('id').execute();
      return rows.map(({ kind, recipients, subject, text, reply_to, envelope_from, headers }) => ({
        kind,
        to: JSON.parse(recipients) as string[],
        subject,
        text: text ?? '',
        replyTo: reply_to,
        envelopeFrom: envelope_from,
        headers: JSON.parse(headers ?? '{}') as Record<string, string>,
      }));
    },
    /** The secret in the newest mail that has one. */
    secret: async (): Promise<string> => {
      const rows = await storage.db.selectFrom('outbox').select('text').orderBy('id', 'desc').execute();
      const found = rows.map(({ text }) => /\/token\/([0-9a-f]{32})/.exec(text ?? '')?.[1]).find(Boolean);
      if (found === undefined) throw new Error('No mail has a token.');
      return found;
    },
  };
}

/** A promise with its resolver: for actions that wait until the test continues them. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
