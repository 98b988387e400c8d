import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import { choice, choiceList } from '../../fields/choice.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import { callersAddress } from '../../mails/callers-address.ts';
import { type Check, noted, passes, projectExists, regionExists } from '../checks.ts';
import {
  changeOptions,
  changeRegionQuota,
  isExceeded,
  quotaOf,
  sizeOf,
  smallerSizes,
} from '../quota-sizes.ts';
import { numberOf } from '../settings.ts';

type Data = { project_id: string; size: string; regions: string[] };
type Run = ActionRun<Data>;

const DAY_MS = 86_400_000;

/** Sets the quotas of a project to those of a size; a small step needs no approval (workflow-v1 §3.4). */
export const updateProjectQuotas: ActionDefinition<Data> = {
  name: 'UpdateProjectQuotasAction',
  fields: fieldSet<Data>({
    project_id: text({ max: 64 }),
    size: choice(({ quotaSizes }) => quotaSizes, {
      max: 64,
      refusal: (size) => `Quota size: ${size} is not valid`,
    }),
    regions: choiceList(async ({ backends }) => (await backends.identity.listRegions()).map(({ id }) => id)),
  }),
  config: { size_difference_threshold: 0.1, days_between_autoapprove: 30 },
  prepare: async (run) => {
    const known = await passes<Run>(run, projectExists(), sizeExists, ...run.data.regions.map(regionExists));
    run.valid = known && (await passes<Run>(run, someRegionManaged, usageFits));
    run.approveAutomatically(known && (await isSmallStep(run)));
  },
  approve: async (run) => {
    await validate(run);
    if (run.valid && run.state !== 'completed') await change(run);
  },
  submit: async () => undefined,
  email: ({ caller, backends }) => callersAddress(caller, backends),
  effects: ({ project_id: project, size, regions }, { quotaSizes }) => {
    const quota = quotaOf(quotaSizes[size] ?? {});
    return { quotas: regions.map((region) => ({ project, region, quota })) };
  },
};

async function validate(run: Run): Promise<void> {
  run.valid = await passes<Run>(
    run,
    projectExists(),
    sizeExists,
    ...run.data.regions.map(regionExists),
    someRegionManaged,
    usageFits,
  );
}

const sizeExists: Check<Run> = (run) => {
  const { size } = run.data;
  return noted(run, Object.hasOwn(run.quotaSizes, size), `Quota size: ${size} does not exist`);
};

const someRegionManaged: Check<Run> = (run) =>
  noted(run, managedRegions(run).length > 0, 'Quota management is disabled for all specified regions');

const usageFits: Check<Run> = async (run) => {
  const { project_id, size } = run.data;
  const wanted = quotaOf(run.quotaSizes[size] ?? {});
  for (const region of managedRegions(run)) {
    const usage = await run.backends.quota.usage(project_id, region);
    if (isExceeded(usage, wanted)) return noted(run, false, 'Current usage greater than new quota');
  }
  return true;
};

function managedRegions({ data, backends }: Run): string[] {
  return data.regions.filter((region) => backends.quota.servicesIn(region).length > 0);
}

/** A smaller size is always a small step; the next larger one is, if the quota has not changed recently. */
async function isSmallStep(run: Run): Promise<boolean> {
  const { size } = run.data;
  const changed = await hasChangedRecently(run);
  const present = await presentSizes(run);
  const [first] = present;
  if (first === undefined) return false;
  const same = present.every((other) => other === first);
  const smaller = same ? smallerSizes(first, run) : [];
  if (smaller.includes(size)) {
    run.note(`Quota size '${size}' is in list of smaller quotas: ${pythonLiteral(smaller)}`);
    return true;
  }
  if (changed) {
    run.note('Quota has already been updated within the auto approve time limit.');
    return false;
  }
  const approved = same ? changeOptions(first, run) : [];
  const is = approved.includes(size) ? 'in' : 'not in';
  run.note(`Quota size '${size}' ${is} preapproved list: ${pythonLiteral(approved)}`);
  return approved.includes(size);
}

async function hasChangedRecently(run: Run): Promise<boolean> {
  const days = numberOf(run.config, 'days_between_autoapprove', 30);
  const tasks = await run.completedSince(run.now_ms - days * DAY_MS);
  return tasks.some(({ actions }) =>
    actions.some(({ data }) => {
      const { regions } = data;
      return Array.isArray(regions) && regions.some((region) => run.data.regions.includes(String(region)));
    }),
  );
}

/** The present size in each region with managed quotas. */
async function presentSizes(run: Run): Promise<string[]> {
  const threshold = numberOf(run.config, 'size_difference_threshold', 0.1);
  const sizes: string[] = [];
  for (const region of run.data.regions) {
    if (run.backends.quota.servicesIn(region).length === 0) {
      run.note(`Quota management is disabled in region: ${region}`);
      continue;
    }
    const size = sizeOf(await run.backends.quota.quota(run.data.project_id, region), run, threshold);
    run.note(`Project has size '${size}' in region: '${region}'`);
    sizes.push(size);
  }
  return sizes;
}

async function change(run: Run): Promise<void> {
  const { project_id, size, regions } = run.data;
  for (const region of regions) await changeRegionQuota(run, project_id, region, size);
  run.state = 'completed';
  run.taskCache['project_id'] = project_id;
  run.taskCache['size'] = size;
}
