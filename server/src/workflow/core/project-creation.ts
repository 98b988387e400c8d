import type { NewIdentityProject } from '../features/backends.ts';
import { type AnyRun, noting } from './run.ts';

interface Wanted {
  readonly project_name: string;
  readonly domain_id: string;
  readonly parent_id: string | null;
  readonly description?: string;
  readonly requestedBy?: NewIdentityProject['requestedBy'];
}

/** Creates a project, and keeps its id for later stages and later actions. Failures are noted and thrown. */
export async function createProject(run: AnyRun, wanted: Wanted): Promise<void> {
  const { project_name: name, domain_id, parent_id, description = '', requestedBy } = wanted;
  const { identity } = run.backends;
  const project = await noting(
    run,
    () =>
      identity.createProject({ name, description, domainId: domain_id, parentId: parent_id, requestedBy }),
    `creating project: ${name}`,
  );
  run.cache['project_id'] = project.id;
  run.taskCache['project_id'] = project.id;
  await run.keep();
  run.note(`New project '${name}' created.`);
}

/** Whether an earlier run of the stage has created the project; if so, passes its id to later actions. */
export function keptProject(run: AnyRun): boolean {
  const { project_id } = run.cache;
  if (project_id === undefined) return false;
  run.taskCache['project_id'] = project_id;
  run.note('Project already created.');
  return true;
}
