import type { ActionDefinition } from '../../features/action.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { projectExists } from '../checks.ts';
import { changeRegionQuota } from '../quota-sizes.ts';
import { group } from '../settings.ts';

/** Sets the configured quotas of each region on the project that the task has created (workflow-v1 §3.4). */
export const setProjectQuota: ActionDefinition<Record<string, never>> = {
  name: 'SetProjectQuotaAction',
  fields: fieldSet<Record<string, never>>({}),
  config: { region_sizes: {} },
  unusedConfig: ['size_difference_threshold', 'days_between_autoapprove'],
  prepare: async (run) => {
    run.valid = true;
  },
  approve: async (run) => {
    const projectId = run.taskCache['project_id'];
    const id = typeof projectId === 'string' ? projectId : '';
    run.valid = await projectExists(id)(run);
    if (!run.valid || run.state === 'completed') return;
    for (const [region, size] of Object.entries(group(run.config, 'region_sizes'))) {
      await changeRegionQuota(run, id, region, String(size));
    }
    run.state = 'completed';
  },
  submit: async () => undefined,
};
