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

/** Creates a network with a router for a project (workflow-v1 §3.4). */
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

type NewProjectData = { setup_network: boolean; region: string };
/** Creates a default network for the project that the task creates (workflow-v1 §3.4). */
export const newProjectDefaultNetwork: ActionDefinition<NewProjectData> = {
  name: 'NewProjectDefaultNetworkAction',
  fields: fieldSet<NewProjectData>({
    setup_network: boolean({ initial: false }),
    region: text({ max: 100 }),
  }),
  config: NETWORK_CONFIG,
  prepare: async (run) => {
    run.valid = await passes<ActionRun<NewProjectData>>(run, networkRegionExists, networksAvailable);
  },
  approve: async (run) => {
    const projectId = run.taskCache['project_id'];
    const id = typeof projectId === 'string' ? projectId : '';
    run.valid = await passes<ActionRun<NewProjectData>>(
      run,
      networkRegionExists,
      projectExists(id),
      networksAvailable,
    );
    if (run.valid && run.data.setup_network) await createDefaultNetworks(run, id);
  },
  submit: async () => undefined,
};
