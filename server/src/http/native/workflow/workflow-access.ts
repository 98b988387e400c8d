import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../../directory/tokens/principal.ts';
import { isOperator } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { ANONYMOUS, type Caller } from '../../../workflow/engine/caller.ts';
import type { Task } from '../../../workflow/engine/task.ts';
import { workflowCaller } from '../../kernel/workflow-caller.ts';
import { callerOf, gatekeeperOf } from '../frame/access.ts';

/** Roles on a project that allow managing its tasks (workflow-v1 §1.3). */
const KEEPERS = ['project_admin', 'project_mod'];

/** The caller, as the workflow represents it. */
export function taskCallerOf(request: FastifyRequest, domain: Domain): Promise<Caller> {
  return workflowCaller(domain, callerOf(request));
}

/** The same where authentication is optional. Errors: those of an invalid token. */
export async function submitterOf(request: FastifyRequest, domain: Domain): Promise<Caller> {
  const principal = await gatekeeperOf(domain).optionalCaller(request);
  return principal ? workflowCaller(domain, principal) : ANONYMOUS;
}

/** The projects whose tasks the caller may see; undefined for operators, who see all. Errors: `forbidden`. */
export function keptProjects(request: FastifyRequest): string[] | undefined {
  const principal = callerOf(request);
  if (isOperator(principal)) return undefined;
  const kept = projectsKeptBy(principal);
  if (kept.length === 0) throw new PurserError('forbidden');
  return kept;
}

/** The task, if the caller may see it. Errors: `forbidden`, `task_not_found`. */
export async function taskFor(request: FastifyRequest, { workflow }: Domain, uuid: string): Promise<Task> {
  const kept = keptProjects(request);
  const task = await workflow.taskReads.get(uuid);
  if (!kept) return task;
  const project = task.projectId;
  if (project === null || !kept.includes(project)) throw new PurserError('task_not_found', { uuid });
  return workflow.taskReads.get(uuid, { project, user: callerOf(request).account.uuid });
}

/** The projects whose tasks the caller manages; for a narrowed token, by the grants that it carries. */
function projectsKeptBy({ grants }: Principal): string[] {
  const projects = grants.flatMap(({ role, project }) =>
    project !== null && KEEPERS.includes(role.name) ? [project] : [],
  );
  return [...new Set(projects)];
}
