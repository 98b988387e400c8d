import { actingProject, type Principal, type Token } from '../../directory/tokens/principal.ts';
import { cloudPowersOf, rolesWithin } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { KnownCaller } from '../../workflow/engine/caller.ts';

/** The one domain there is, by its id. */
const DOMAIN = 'default';

/** An account, with what it shows: a token, or all that a token can stand for. */
type Asking = Pick<Principal, 'account' | 'grants'> & {
  readonly token: Pick<Token, 'project' | 'scope' | 'roles' | 'origin'>;
};

/**
 * Who asks, as the workflow wants to know it: in the project that the token acts on, with the roles that count there,
 * and those on the whole cloud that the token carries. What is decided by a role's name later is decided rightly: a
 * name stands for its place.
 * @param scoped whether a whole token of a project carries roles on the whole cloud
 */
export async function workflowCaller(
  { projects }: Pick<Domain, 'projects'>,
  principal: Asking,
  {
    scoped = false,
    project: project_id = actingProject(principal),
  }: { scoped?: boolean; project?: string } = {},
): Promise<KnownCaller> {
  const { account } = principal;
  const roles = [...cloudPowersOf(principal, { scoped }), ...rolesWithin(principal, project_id)];
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
