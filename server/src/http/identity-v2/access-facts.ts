import { actingProject, type Principal, type RoleGrant } from '../../directory/tokens/principal.ts';
import { withinReach } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { isoOffsetDate } from '../../lib/text/wire-date.ts';
import type { NowOrLater } from '../cloudfault/now-or-later.ts';
import { tokenExpiry } from '../cloudfault/token-expiry.ts';

/** The facts about a caller in the response of the tokens calls, for both formats (identity-v2 §2.2). */
export interface AccessFacts {
  /** ISO 8601 with offset. */
  readonly expires: string;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly { readonly id: string; readonly name: string }[];
  };
  readonly projects: readonly string[];
}

/** The role of a member without other grants. */
const MEMBER = 'member';

/** Computes the facts of principals and caches them as long as the principal itself is cached. */
export class AccessFactsOf {
  readonly #domain: Pick<Domain, 'projects' | 'roles'>;
  readonly #known = new WeakMap<Principal, AccessFacts>();
  #memberRole: AccessFacts['user']['roles'] | undefined;

  constructor(domain: Pick<Domain, 'projects' | 'roles'>) {
    this.#domain = domain;
  }

  /** Synchronous if the principal has been seen before: any change of the facts comes with a new principal. */
  get(principal: Principal): NowOrLater<AccessFacts> {
    return this.#known.get(principal) ?? this.#workOut(principal);
  }

  async #workOut(principal: Principal): Promise<AccessFacts> {
    const { account, token } = principal;
    const projects = withinReach(principal, await this.#domain.projects.activeOf(account.uuid));
    const tenant = actingProject(principal);
    const facts: AccessFacts = {
      expires: isoOffsetDate(tokenExpiry(token)),
      tenant: { id: tenant, name: account.fullName },
      user: {
        id: account.uuid,
        name: account.fullName,
        roles: await this.#rolesOn(principal, tenant, projects),
      },
      projects,
    };
    this.#known.set(principal, facts);
    return facts;
  }

  async #rolesOn(
    { token, grants }: Principal,
    project: string,
    memberships: readonly string[],
  ): Promise<AccessFacts['user']['roles']> {
    const allowed = (name: string) => token.roles === null || token.roles.includes(name);
    const granted = grants.filter(
      (grant) =>
        (grant.project === project || (grant.project === null && token.project === null)) &&
        allowed(grant.role.name),
    );
    if (granted.length > 0) return distinctRoles(granted);
    return memberships.includes(project) && allowed(MEMBER) ? this.#member() : [];
  }

  async #member(): Promise<AccessFacts['user']['roles']> {
    this.#memberRole ??= (await this.#domain.roles.list())
      .filter(({ name }) => name === MEMBER)
      .map(({ id, name }) => ({ id: String(id), name }));
    return this.#memberRole;
  }
}

function distinctRoles(grants: readonly RoleGrant[]): AccessFacts['user']['roles'] {
  return [...new Map(grants.map(({ role }) => [role.id, { id: String(role.id), name: role.name }])).values()];
}
