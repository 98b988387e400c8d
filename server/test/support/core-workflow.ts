import { type AllowanceSettings, Allowances } from '../../src/audit/allowances.ts';
import { builtInBackends } from '../../src/backends/built-in.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { holdsCloudPower } from '../../src/directory/roles/roles.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { JsonObject } from '../../src/lib/text/json.ts';
import { openMailer } from '../../src/mail/mailer.ts';
import { Outbox } from '../../src/mail/outbox.ts';
import type { Requester } from '../../src/projects/requester.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { core } from '../../src/workflow/core/feature-set.ts';
import type { KnownCaller } from '../../src/workflow/engine/caller.ts';
import type { Backends } from '../../src/workflow/features/backends.ts';
import type { FeatureSet } from '../../src/workflow/features/feature-set.ts';
import type { WorkflowSettings } from '../../src/workflow/features/workflow-settings.ts';
import { ADDITIONAL_MAIL } from '../../src/workflow/mails/workflow-mails.ts';
import { openWorkflow } from '../../src/workflow/open-workflow.ts';
import { projectsOver } from './projects-parts.ts';
import { TaskRuns } from './task-runs.ts';

/** Which roles a user with a role may grant and revoke. */
const ROLE_MAPPING: Readonly<Record<string, readonly string[]>> = {
  admin: ['project_admin', 'project_mod', 'member'],
  project_admin: ['project_admin', 'project_mod', 'member', 'nowhere'],
  project_mod: ['project_mod', 'member', 'nowhere'],
};

const MEBI = 1024n ** 2n;

/** Quotas of resources that the built-in ledger counts, and of others. */
export const SIZES: Readonly<Record<string, JsonObject>> = {
  small: { nova: { instances: 10, cores: 20, ram: 65536, key_pairs: 50 }, cinder: { gigabytes: 5000 } },
  medium: { nova: { instances: 50, cores: 100, ram: 327680, key_pairs: 50 }, cinder: { gigabytes: 10000 } },
  large: { nova: { instances: 100, cores: 200, ram: 655360, key_pairs: 50 }, cinder: { gigabytes: 50000 } },
};

const COMPUTE = ['cyclades.vm', 'cyclades.cpu', 'cyclades.total_cpu', 'cyclades.ram', 'cyclades.disk'];

export interface WorkflowOptions {
  /** Settings of actions, by their names. */
  readonly actionConfig?: JsonObject;
  readonly additionalActions?: Readonly<Record<string, readonly string[]>>;
  readonly services?: Readonly<Record<string, readonly string[]>>;
  readonly mapping?: WorkflowSettings['quota']['mapping'];
  readonly quotaSizeOrder?: readonly string[];
  /** Settings of delegate APIs, by their names. */
  readonly apis?: JsonObject;
  /** Replaces the built-in backends. */
  readonly replace?: (backends: Backends) => Partial<Backends>;
  /** Additional parts of tasks. */
  readonly features?: FeatureSet;
  /** Limits of requests, if not the defaults. */
  readonly allowances?: Partial<AllowanceSettings>;
  /** Whether mails can be sent. */
  readonly mailing?: () => boolean;
}

/** The built-in feature set with the built-in backends, projects and everything they need. */
export async function workflowOver(storage: Storage, options: WorkflowOptions = {}) {
  const parts = await projectsOver(storage);
  const { clock, ledger } = parts;
  await parts.services.import({
    compute: {
      component: 'c',
      type: 'compute',
      endpoints: [],
      resources: Object.fromEntries(
        COMPUTE.map((name) => [name, { name, service_type: 'compute', service_origin: 'compute' }]),
      ),
    },
  });
  const { audit, secrets } = parts;
  const outbox = new UnsureOutbox(options.mailing ?? (() => true), { storage, clock });
  const defaults = loadSettings({ env: {}, cwd: '/nowhere' });
  const additional = Object.entries(options.additionalActions ?? {});
  const settings: WorkflowSettings = {
    ...defaults,
    api: { ...defaults.api, delegateApis: options.apis ?? {} },
    workflow: {
      ...defaults.workflow,
      actionDefaults: options.actionConfig ?? {},
      tasks: Object.fromEntries(
        additional.map(([type, names]) => [type, { additional_actions: [...names] }]),
      ),
    },
    identity: { roleMapping: ROLE_MAPPING, usernameIsEmail: true, canEditUsers: true },
    regions: ['RegionOne', 'RegionTwo'],
    quota: {
      ...defaults.quota,
      ...(options.services && { services: options.services }),
      mapping: options.mapping ?? {},
      sizes: SIZES,
      sizesAscending: options.quotaSizeOrder ?? ['small', 'medium', 'large'],
    },
  };
  const builtIn = builtInBackends(parts, settings);
  const { identity, quota } = builtIn;
  const backends: Backends = { ...builtIn, ...options.replace?.(builtIn) };
  const waits: number[] = [];
  const allowances = new Allowances({
    clock,
    db: storage.db,
    settings: { ...defaults, ...options.allowances },
    isOperator: holdsCloudPower,
  });
  audit.onRecord((tx, entries) => allowances.recorded(tx, entries));
  const workflow = openWorkflow(
    { storage, clock, secrets, outbox, audit, allowances, settings, backends, onError: () => undefined },
    [core, ...(options.features ? [options.features] : [])],
    {
      wait: async (ms) => {
        waits.push(ms);
      },
    },
  );
  const tasks = new TaskRuns(workflow, storage);
  return {
    ...parts,
    backends,
    identity,
    quota,
    tasks,
    workflow,
    /** How long responses were delayed, in milliseconds. */
    waits,
    /** An active project of a user. */
    projectOf: async (owner: Requester & { uuid: string }, name = 'lab'): Promise<string> => {
      const wanted = { domainId: 'default', parentId: null, description: '', requestedBy: owner.uuid };
      return (await identity.createProject({ name, ...wanted })).id;
    },
    /** Limits of a member, and of the project. */
    limitsOf: async (user: string, project: string, resource: string) => {
      for await (const rows of ledger.userQuotas({
        users: [user],
        projects: [project],
        resources: [resource],
      })) {
        const [row] = rows;
        if (row) return [row.member.limit, row.pool.limit];
      }
      return undefined;
    },
  };
}

/** An outbox that sometimes refuses mails of actions. */
class UnsureOutbox extends Outbox {
  readonly #mailing: () => boolean;

  constructor(mailing: () => boolean, { storage, clock }: { storage: Storage; clock: Clock }) {
    const mailer = openMailer('console', 'cloud@example.org', () => undefined);
    super({ storage, clock, mailer, give_up_after_ms: 3_600_000 });
    this.#mailing = mailing;
  }

  override async enqueue(...given: Parameters<Outbox['enqueue']>): Promise<void> {
    if (given[1] === ADDITIONAL_MAIL && !this.#mailing()) throw new Error('no mail today');
    await super.enqueue(...given);
  }
}

/** A caller with roles on a project. */
export function callerOf(
  person: { readonly uuid: string; readonly name: string },
  project_id: string,
  ...roles: string[]
): KnownCaller {
  return {
    project_domain_id: 'default',
    project_name: 'lab',
    project_id,
    roles,
    user_domain_id: 'default',
    username: person.name,
    user_id: person.uuid,
    authenticated: 'Confirmed',
  };
}

/** An amount of memory, in bytes. */
export const mebibytes = (count: number): bigint => BigInt(count) * MEBI;

/** The same backend, with these replacements. */
export function altered<Backend extends object>(backend: Backend, changes: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get: (target, key) => {
      if (key in changes) return Reflect.get(changes, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
