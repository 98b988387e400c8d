import { actingProject, type Principal, type Token } from '../../directory/tokens/principal.ts';
import { cloudPowersOf, rolesWithin } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { KnownCaller } from '../../workflow/engine/caller.ts';

/** The id of the only domain. */
const DOMAIN = 'default';

/** An account with the roles of a token, or with all roles that a token of it can have. */
type Asking = Pick<Principal, 'account' | 'grants'> & {
  readonly token: Pick<Token, 'project' | 'scope' | 'roles' | 'origin'>;
};

/**
 * The caller as the workflow represents it: in the project that the token acts on, with the roles that count there, and
 * the cloud roles of the token. The workflow then decides by names of roles, which is safe because each list has only
 * roles of its own place.
 * @param scoped whether a full-access token of a project carries cloud roles
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

/** A token can be bound to a project that does not exist any more. */
async function nameOf(projects: Domain['projects'], uuid: string): Promise<string> {
  try {
    return (await projects.get(uuid)).name;
  } catch (error) {
    if (error instanceof PurserError && error.code === 'project_not_found') return uuid;
    throw error;
  }
}
