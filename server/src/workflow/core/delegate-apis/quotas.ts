import type { Json, JsonObject } from '../../../lib/text/json.ts';
import { isoUtcDate } from '../../../lib/text/wire-date.ts';
import type { DelegateAnswer, DelegateApi, DelegateMethod } from '../../delegates/delegate-api.ts';
import type { DelegateContext } from '../../delegates/delegate-context.ts';
import type { KnownCaller } from '../../engine/caller.ts';
import { isKnown } from '../../engine/caller.ts';
import type { Task } from '../../engine/task.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import { changeOptions, sizeOf } from '../quota-sizes.ts';
import { known, taskCreated } from './task-created.ts';

const UPDATE = 'update_quota';
/** The threshold for the shown size is wider than that for automatic approval. */
const SHOWN_THRESHOLD = 0.2;
const TASKS_SHOWN = 5;

const GET: DelegateMethod = {
  gate: 'mod_or_admin',
  handle: async ({ caller, query }, context) => {
    const { project_id } = known(caller);
    const all = await regionIds(context);
    const asked = listed(query['regions'] ?? query['region']);
    const unknown = asked.find((region) => !all.includes(region));
    if (unknown !== undefined) {
      return { status: 400, body: { ERROR: [`Region: ${unknown} is not valid`] } };
    }
    // Only an empty value leaves the usage out.
    const withUsage = query['include_usage'] !== '';
    const regions: object[] = [];
    for (const region of asked.length > 0 ? asked : all) {
      if (context.backends.quota.servicesIn(region).length > 0) {
        regions.push(await regionQuota(context, project_id, region, withUsage));
      }
    }
    const projectId = project_id;
    const tasks = await context.findTasks({
      taskTypes: [UPDATE],
      projectId,
      cancelled: false,
      limit: TASKS_SHOWN,
    });
    return {
      status: 200,
      body: {
        regions,
        quota_sizes: context.quotaSizes,
        quota_size_order: context.quotaSizeOrder,
        active_quota_tasks: tasks.map(presentTask),
      },
    };
  },
};

const POST: DelegateMethod = {
  gate: 'mod_or_admin',
  handle: async ({ caller, body }, context) => {
    const { region, regions = null, ...rest } = body;
    // Older clients send one region as `region`.
    const named = regions ?? (region === undefined || region === null ? null : [region]);
    const all = await regionIds(context);
    const chosen = Array.isArray(named) && named.length === 0 ? null : named;
    const asked: Json = chosen ?? all;
    const managed = Array.isArray(asked) ? managedAmong(asked, context) : asked;
    if (Array.isArray(managed)) {
      const refusal = refusalOf(managed, all);
      if (refusal) return refusal;
    }
    const input: JsonObject = { ...rest, regions: managed, project_id: known(caller).project_id };
    return taskCreated(caller, await context.createTask(UPDATE, caller, input));
  },
};

/** The quotas of the caller's project (workflow-v1 §5.8). */
export const updateProjectQuotas: DelegateApi = {
  name: 'UpdateProjectQuotas',
  path: 'openstack/quotas',
  methods: { GET, POST },
};

async function regionIds({ backends }: DelegateContext): Promise<string[]> {
  return (await backends.identity.listRegions()).map(({ id }) => id);
}

function listed(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Each region once, without those with no managed quotas; regions are checked for existence after that. */
function managedAmong(asked: readonly Json[], { backends }: DelegateContext): Json[] {
  const isManaged = (region: Json): boolean =>
    typeof region !== 'string' || backends.quota.servicesIn(region).length > 0;
  return [...new Set(asked)].filter(isManaged);
}

function refusalOf(regions: readonly Json[], all: readonly string[]): DelegateAnswer | undefined {
  const refused = (text: string) => ({ status: 400, body: { errors: [text] } });
  if (regions.length === 0) return refused('Unable to update the quotas for the given regions');
  const unknown = regions.filter((region) => !all.includes(region as string));
  if (unknown.length === 0) return undefined;
  const named = unknown.map((region) => (typeof region === 'string' ? region : pythonLiteral(region)));
  return refused(`Invalid regions: ${named.join(', ')}`);
}

async function regionQuota(
  context: DelegateContext,
  projectId: string,
  region: string,
  withUsage: boolean,
): Promise<object> {
  const { quota } = context.backends;
  const current_quota = await quota.quota(projectId, region);
  const size = sizeOf(current_quota, context, SHOWN_THRESHOLD);
  return {
    region,
    current_quota,
    current_quota_size: size,
    quota_change_options: changeOptions(size, context),
    current_usage: withUsage ? await quota.usage(projectId, region) : {},
  };
}

function presentTask({ uuid, actions, caller, createdOn, completed }: Task): object {
  const { regions = [], size = null } = actions.find(({ data }) => data['size'] !== undefined)?.data ?? {};
  return {
    id: uuid,
    regions,
    size,
    request_user: isKnown(caller) ? (caller as KnownCaller).username : null,
    task_created: isoUtcDate(createdOn),
    valid: actions.every(({ valid }) => valid),
    status: completed ? 'Completed' : 'Awaiting Approval',
  };
}
