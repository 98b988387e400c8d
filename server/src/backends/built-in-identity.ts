import { THE_WORKFLOW } from '../audit/actor.ts';
import { mayRevive } from '../directory/accounts/account-authority.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Passwords } from '../directory/logins/passwords.ts';
import type { Roles } from '../directory/roles/roles.ts';
import type { Account } from '../directory/tokens/principal.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { ProjectControl } from '../projects/control/project-control.ts';
import { fullness } from '../projects/memberships/membership-rules.ts';
import type { Project } from '../projects/project.ts';
import type { Projects } from '../projects/projects.ts';
import { SERVICE_REQUESTER } from '../projects/requester.ts';
import type { Appointments } from '../projects/roles/appointments.ts';
import { ALIVE } from '../projects/vocabulary.ts';
import type {
  IdentityBackend,
  IdentityDomain,
  IdentityMember,
  IdentityProject,
  IdentityRole,
  IdentityUser,
  NewIdentityProject,
  NewIdentityUser,
} from '../workflow/features/backends.ts';

const DOMAIN: IdentityDomain = { id: 'default', name: 'Default' };
/** The key of cloud-wide roles among the roles by project. */
const WHOLE_CLOUD = '';
/** The reasons of enabling and disabling an account in its audit record. */
const BY_WORKFLOW = 'workflow';

/**
 * The directory and the projects of this service: one domain, users identified by the uuids of their accounts, and
 * projects without a hierarchy. An account that was never accepted is a disabled user.
 */
export class BuiltInIdentity implements IdentityBackend {
  readonly hierarchical = false;
  readonly #accounts: Accounts;
  readonly #passwords: Passwords;
  readonly #roles: Roles;
  readonly #projects: Projects;
  readonly #projectControl: ProjectControl;
  readonly #appointments: Appointments;
  readonly #clock: Clock;
  readonly #regions: readonly { readonly id: string }[];
  readonly #lifetime_years: number;

  /** @param deps.lifetime_years lifetime of new projects */
  constructor(deps: {
    accounts: Accounts;
    passwords: Passwords;
    roles: Roles;
    projects: Projects;
    projectControl: ProjectControl;
    appointments: Appointments;
    clock: Clock;
    regions: readonly string[];
    lifetime_years: number;
  }) {
    this.#accounts = deps.accounts;
    this.#passwords = deps.passwords;
    this.#roles = deps.roles;
    this.#projects = deps.projects;
    this.#projectControl = deps.projectControl;
    this.#appointments = deps.appointments;
    this.#clock = deps.clock;
    this.#regions = deps.regions.map((id) => ({ id }));
    this.#lifetime_years = deps.lifetime_years;
  }

  get canEditUsers(): boolean {
    return this.#accounts.policy.canEditUsers;
  }

  get usernameIsEmail(): boolean {
    return this.#accounts.policy.usernameIsEmail;
  }

  async findUser(name: string, domainId: string): Promise<IdentityUser | undefined> {
    const account = domainId === DOMAIN.id ? await this.#accounts.named(name) : undefined;
    return account && toUser(account);
  }

  async getUser(id: string): Promise<IdentityUser | undefined> {
    const account = await orUndefined(this.#accounts.get(id), 'account_not_found');
    return account && toUser(account);
  }

  async listUsers(projectId: string): Promise<IdentityMember[]> {
    const appointed = await this.#appointments.list(projectId);
    return appointed.map(({ account, roles }) => ({ ...toUser(account), roles, inheritedRoles: [] }));
  }

  async listInheritedUsers(): Promise<IdentityMember[]> {
    return [];
  }

  /** The account is active at once: the mailed token has confirmed the address. */
  async createUser({ name, email, password, domainId }: NewIdentityUser): Promise<IdentityUser> {
    this.#refuseUneditable();
    if (domainId !== DOMAIN.id) throw new PurserError('not_available_here', { what: 'Other domains' });
    const firstName = email.slice(0, email.lastIndexOf('@')).slice(0, LIMITS.person_name_length);
    const person = { email, username: name, firstName, password };
    return toUser(await this.#accounts.createActive(person, BY_WORKFLOW, undefined, THE_WORKFLOW));
  }

  /** Errors: `account_ended` if an operator or the owner has ended the account. */
  async enableUser(id: string): Promise<void> {
    this.#refuseUneditable();
    const { state } = await this.#accounts.get(id);
    if (state === 'active') return;
    if (state === 'inactive' || state === 'deleted') {
      await this.#accounts.activate(id, THE_WORKFLOW);
      return;
    }
    if (state === 'pending_verification') await this.#accounts.verify(id, THE_WORKFLOW);
    await this.#accounts.accept(id, BY_WORKFLOW, THE_WORKFLOW);
  }

  async disableUser(id: string): Promise<void> {
    const { state } = await this.#accounts.get(id);
    if (state === 'active') await this.#accounts.deactivate(id, BY_WORKFLOW, THE_WORKFLOW);
  }

  checkPassword(password: string): void {
    this.#passwords.check(password);
  }

  async updatePassword(id: string, password: string, { endAll }: { endAll?: boolean } = {}): Promise<void> {
    this.#refuseUneditable();
    const change = { password, ...(endAll !== undefined && { endAll }) };
    await this.#accounts.update(id, change, THE_WORKFLOW);
  }

  /** Where the user name is the address, both change together. */
  async updateEmail(id: string, email: string, askedBy?: string): Promise<void> {
    this.#refuseUneditable();
    await this.#accounts.update(id, { email }, askedBy ? { ...THE_WORKFLOW, name: askedBy } : THE_WORKFLOW);
  }

  async updateName(id: string, name: string): Promise<void> {
    this.#refuseUneditable();
    const change = this.usernameIsEmail ? { email: name } : { username: name };
    await this.#accounts.update(id, change, THE_WORKFLOW);
  }

  async restoreEmail(id: string, email: string, since_ms: number): Promise<void> {
    await this.#accounts.restoreEmail(id, email, since_ms, THE_WORKFLOW);
  }

  #refuseUneditable(): void {
    if (!this.canEditUsers) throw new PurserError('users_not_editable');
  }

  async findRole(name: string): Promise<IdentityRole | undefined> {
    const role = await this.#roles.named(name);
    return role && { ...role, id: String(role.id) };
  }

  async getRoles(userId: string, projectId: string, inherited = false): Promise<string[]> {
    if (inherited) return [];
    return (await this.getAllRoles(userId)).get(projectId) ?? [];
  }

  /** Cloud-wide roles have the empty project name. */
  async getAllRoles(userId: string): Promise<Map<string, string[]>> {
    const roles = new Map<string, string[]>();
    for (const { role, project } of await this.#roles.grantsOf(userId)) {
      const place = project ?? WHOLE_CLOUD;
      roles.set(place, [...(roles.get(place) ?? []), role.name]);
    }
    return roles;
  }

  async addRole(userId: string, role: string, projectId: string, inherited = false): Promise<void> {
    if (inherited) throw new PurserError('not_available_here', { what: 'Inherited roles' });
    refuseOperatorsRole(role);
    await this.#appointments.appoint(SERVICE_REQUESTER, projectId, userId, role);
  }

  async removeRole(userId: string, role: string, projectId: string, inherited = false): Promise<void> {
    if (inherited) return;
    refuseOperatorsRole(role);
    await this.#appointments.discharge(SERVICE_REQUESTER, projectId, userId, role);
  }

  async findProject(name: string, domainId: string): Promise<IdentityProject | undefined> {
    if (domainId !== DOMAIN.id) return undefined;
    const query = { names: [name], states: ALIVE, limit: 1 };
    const [view] = await this.#projects.list(SERVICE_REQUESTER, query);
    return view && toProject(view.project);
  }

  /** Only projects that were approved and have not ended exist for the workflow. */
  async getProject(id: string): Promise<IdentityProject | undefined> {
    const project = await orUndefined(this.#projects.get(id), 'project_not_found');
    // Numbers of projects are for people, not for this interface.
    if (!project || project.uuid !== id || !ALIVE.includes(project.state)) return undefined;
    return toProject(project);
  }

  /**
   * The project is private and active at once, with the defaults of all resources as limits. Its owner is the requester,
   * or else the first user who becomes its administrator.
   */
  async createProject({
    name,
    description,
    domainId,
    parentId,
    requestedBy,
  }: NewIdentityProject): Promise<IdentityProject> {
    if (domainId !== DOMAIN.id) throw new PurserError('not_available_here', { what: 'Other domains' });
    if (parentId !== null) throw new PurserError('not_available_here', { what: 'Projects below others' });
    const end = new Date(this.#clock.now());
    end.setUTCFullYear(end.getUTCFullYear() + this.#lifetime_years);
    const owner = requestedBy === undefined ? undefined : await this.getUser(requestedBy);
    const wanted = { name, description, endDate: end.getTime(), private: true };
    const project = await this.#projectControl.create(
      SERVICE_REQUESTER,
      { ...wanted, ...(owner && { owner: owner.id }) },
      { reason: BY_WORKFLOW },
    );
    return toProject(project);
  }

  async getDomain(id: string): Promise<IdentityDomain | undefined> {
    return id === DOMAIN.id ? DOMAIN : undefined;
  }

  async findDomain(name: string): Promise<IdentityDomain | undefined> {
    return name.toLowerCase() === DOMAIN.name.toLowerCase() ? DOMAIN : undefined;
  }

  async getRegion(id: string): Promise<{ readonly id: string } | undefined> {
    return this.#regions.find((region) => region.id === id);
  }

  async listRegions(): Promise<readonly { readonly id: string }[]> {
    return this.#regions;
  }
}

/** Operators grant and revoke the role `admin` of a project; tasks do not. */
function refuseOperatorsRole(role: string): void {
  if (role === 'admin') throw new PurserError('forbidden');
}

function toUser(account: Account): IdentityUser {
  const { uuid, username, email, active } = account;
  const user = { id: uuid, name: username, email: email ?? '', enabled: active, domainId: DOMAIN.id };
  return mayRevive(account, 'delegate') ? user : { ...user, closed: true };
}

function toProject(project: Project): IdentityProject {
  const { uuid, name, description, state } = project;
  const enabled = state === 'active';
  const admits = !project.systemProject && !fullness(project);
  const known = { id: uuid, name, description, domainId: DOMAIN.id, parentId: null, enabled };
  return admits ? known : { ...known, admits };
}

async function orUndefined<T>(found: Promise<T>, missing: PurserError['code']): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof PurserError && error.code === missing) return undefined;
    throw error;
  }
}
