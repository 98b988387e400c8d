import { actingProject, type Principal, type Token } from '../../directory/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { KnownCaller } from '../../workflow/caller.ts';

/** The one domain there is, by its id. */
const DOMAIN = 'default';

/**
 * Who asks, as the workflow wants to know it: in the project that the token acts on, with the roles that are granted
 * there and on the whole cloud.
 */
export async function workflowCaller(
  { projects }: Pick<Domain, 'projects'>,
  principal: Pick<Principal, 'account' | 'grants'> & { readonly token: Pick<Token, 'project'> },
): Promise<KnownCaller> {
  const { account, grants } = principal;
  const project_id = actingProject(principal);
  const roles = grants
    .filter(({ project }) => project === null || project === project_id)
    .map(({ role }) => role.name);
  return {
    project_domain_id: DOMAIN,
    project_name: await nameOf(projects, project_id),
    project_id,
    roles: [...new Set(roles)],
    user_domain_id: DOMAIN,
    username: account.username,
    user_id: account.uuid,
    authenticated: 'Confirmed',
  };
}

/** A token can be bound to a project that is not there, or not any more. */
async function nameOf(projects: Domain['projects'], uuid: string): Promise<string> {
  try {
    return (await projects.get(uuid)).name;
  } catch (error) {
    if (error instanceof PurserError && error.code === 'project_not_found') return uuid;
    throw error;
  }
}
