import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import { boolean } from '../../fields/boolean.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { passes, projectExists } from '../checks.ts';
import {
  createDefaultNetworks,
  NETWORK_CONFIG,
  networkRegionExists,
  networksAvailable,
} from '../default-network.ts';

type Data = { setup_network: boolean; region: string };
type Run = ActionRun<Data>;

/** The same for the project that the task makes (workflow-v1 §3.4). */
export const newProjectDefaultNetwork: ActionDefinition<Data> = {
  name: 'NewProjectDefaultNetworkAction',
  fields: fieldSet<Data>({
    setup_network: boolean({ initial: false }),
    region: text({ max: 100 }),
  }),
  config: NETWORK_CONFIG,
  prepare: async (run) => {
    run.valid = await passes<Run>(run, networkRegionExists, networksAvailable);
  },
  approve: async (run) => {
    const projectId = run.taskCache['project_id'];
    const id = typeof projectId === 'string' ? projectId : '';
    run.valid = await passes<Run>(run, networkRegionExists, projectExists(id), networksAvailable);
    if (run.valid && run.data.setup_network) await createDefaultNetworks(run, id);
  },
  submit: async () => undefined,
};
