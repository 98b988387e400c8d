import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import { boolean } from '../../fields/boolean.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { callersProject, passes, projectExists } from '../checks.ts';
import {
  createDefaultNetworks,
  NETWORK_CONFIG,
  networkRegionExists,
  networksAvailable,
} from '../default-network.ts';

type Data = { setup_network: boolean; project_id: string; region: string };

/** A network of its own for a project, with a way out (workflow-v1 §3.4). */
export const newDefaultNetwork: ActionDefinition<Data> = {
  name: 'NewDefaultNetworkAction',
  fields: fieldSet<Data>({
    setup_network: boolean({ initial: true }),
    project_id: text({ max: 64 }),
    region: text({ max: 100 }),
  }),
  config: NETWORK_CONFIG,
  prepare: async (run) => {
    await validate(run);
  },
  approve: async (run) => {
    await validate(run);
    if (run.valid && run.data.setup_network) await createDefaultNetworks(run, run.data.project_id);
  },
  submit: async () => undefined,
};

async function validate(run: ActionRun<Data>): Promise<void> {
  run.valid = await passes<ActionRun<Data>>(
    run,
    networkRegionExists,
    projectExists(),
    callersProject,
    networksAvailable,
  );
}
