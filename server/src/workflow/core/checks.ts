import { isKnown } from '../engine/caller.ts';
import type { ActionDefinition, ActionRun } from '../features/action.ts';
import type { AnyRun } from './run.ts';

/** One check of a validation. It may add a note. @returns whether it passes */
export type Check<Run extends AnyRun = AnyRun> = (run: Run) => boolean | Promise<boolean>;

/** The role that tasks neither grant nor revoke. */
const UNTOUCHABLE_ROLE = 'admin';

/** Whether all checks pass; the first that fails ends the validation (workflow-v1 §3.3). */
export async function passes<Run extends AnyRun>(run: Run, ...checks: Check<Run>[]): Promise<boolean> {
  for (const check of checks) {
    if (!(await check(run))) return false;
  }
  return true;
}

/** Adds the note unless the condition holds. @returns whether it holds */
export function noted(run: AnyRun, holds: boolean, otherwise: string): boolean {
  if (!holds) run.note(otherwise);
  return holds;
}

export const callersProject: Check<AnyRun<{ project_id: string }>> = (run) =>
  noted(
    run,
    isKnown(run.caller) && run.caller.project_id === run.data.project_id,
    'Project id does not match keystone user project.',
  );

export const callersDomain: Check<AnyRun<{ domain_id: string }>> = (run) =>
  noted(
    run,
    isKnown(run.caller) && run.caller.project_domain_id === run.data.domain_id,
    'Domain id does not match keystone user domain.',
  );

export const domainExists: Check<AnyRun<{ domain_id: string }>> = async (run) => {
  const domain = await run.backends.identity.getDomain(run.data.domain_id);
  return noted(run, domain !== undefined, 'Domain does not exist.');
};

/** @param id the project; default: `project_id` of the input */
export function projectExists(id?: string | undefined): Check {
  return async (run) => {
    const project_id = id ?? textIn(run.data, 'project_id');
    if (!project_id) return noted(run, false, 'No project_id given.');
    const project = await run.backends.identity.getProject(project_id);
    if (project) run.note(`Project with id ${project_id} exists.`);
    return noted(run, project !== undefined, `Project with id ${project_id} does not exist.`);
  };
}

/**
 * The user has a role on the project, or can be granted a first one: not if the project is full or closed.
 * @param user id; undefined for a user who has no account yet
 */
export async function projectAdmits(
  run: AnyRun<{ project_id: string }>,
  user: string | undefined,
): Promise<boolean> {
  const { identity } = run.backends;
  const { project_id } = run.data;
  if ((await identity.getProject(project_id))?.admits !== false) return true;
  const held = user === undefined ? [] : await identity.getRoles(user, project_id);
  return noted(run, held.length > 0, `Project with id ${project_id} accepts no further members.`);
}

export function regionExists(region: string): Check {
  return async (run) => {
    const found = await run.backends.identity.getRegion(region);
    if (found) run.note(`Region: ${region} exists.`);
    return noted(run, found !== undefined, `ERROR: Region: ${region} does not exist.`);
  };
}

export const parentExists: Check<AnyRun<{ parent_id: string | null }>> = async (run) => {
  const { parent_id } = run.data;
  if (!parent_id) return true;
  const { identity } = run.backends;
  if (identity.hierarchical === false) {
    return noted(run, false, 'Projects below other projects are not available here.');
  }
  const parent = await identity.getProject(parent_id);
  return noted(run, parent !== undefined, `Parent id: '${parent_id}' does not exist.`);
};

export const projectAbsent: Check<AnyRun<{ project_name: string; domain_id: string }>> = async (run) => {
  const { project_name: name, domain_id } = run.data;
  const existing = await run.backends.identity.findProject(name, domain_id);
  if (!existing) run.note(`No existing project with name '${name}'.`);
  return noted(run, !existing, `Existing project with name '${name}'.`);
};

type Asked = AnyRun<{ roles: string[]; inherited_roles: string[] }>;

/** The creator may grant all requested roles. */
export const rolesPermitted: Check<Asked> = async (run) => {
  const { roles, inherited_roles } = run.data;
  const permitted = await mayManage(run, [...roles, ...inherited_roles]);
  return noted(run, permitted, 'User does not have permission to edit role(s).');
};

/** The requested roles exist. */
export const rolesExist: Check<Asked> = async (run) => {
  for (const role of new Set([...run.data.roles, ...run.data.inherited_roles])) {
    const found = await run.backends.identity.findRole(role);
    if (!noted(run, found !== undefined, `Keystone missing role: ${role}`)) return false;
  }
  return true;
};

/** Inherited roles can only be requested where projects have descendants. */
export const rolesInheritable: Check<Asked> = (run) => {
  const possible = run.backends.identity.hierarchical !== false || run.data.inherited_roles.length === 0;
  return noted(run, possible, 'Inherited roles are not available here.');
};

/**
 * Whether the creator of the task may grant and revoke all of these roles. The roles of the creator's token count; when
 * the task is submitted, those that the creator still has.
 */
export async function mayManage(run: AnyRun, roles: readonly string[]): Promise<boolean> {
  const manageable = run.manageableRoles(await rolesOfCreator(run));
  return roles.every((role) => role !== UNTOUCHABLE_ROLE && manageable.includes(role));
}

/** Cloud-wide roles have the empty project name. */
const WHOLE_CLOUD = '';

async function rolesOfCreator({ caller, stage, backends: { identity } }: AnyRun): Promise<readonly string[]> {
  if (!isKnown(caller)) return [];
  if (stage !== 'submit') return caller.roles;
  const creator = await identity.getUser(caller.user_id);
  if (!creator?.enabled) return [];
  const held = await identity.getAllRoles(caller.user_id);
  const inherited = await identity.getRoles(caller.user_id, caller.project_id, true);
  // The role `admin` counts only if it was granted cloud-wide.
  const there = [...(held.get(caller.project_id) ?? []), ...inherited].filter(
    (role) => role !== UNTOUCHABLE_ROLE,
  );
  const still = [...there, ...(held.get(WHOLE_CLOUD) ?? [])];
  return caller.roles.filter((role) => still.includes(role));
}

/** The first two stages of actions that need no approval: both validate, and the first asks for automatic approval. */
export function validatedStages<Data>(
  validate: (run: ActionRun<Data>) => Promise<unknown>,
): Pick<ActionDefinition<Data>, 'prepare' | 'approve'> {
  return {
    prepare: async (run) => {
      await validate(run);
      run.approveAutomatically(true);
    },
    approve: async (run) => {
      await validate(run);
    },
  };
}

function textIn(data: object, key: string): string | undefined {
  const value = (data as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
