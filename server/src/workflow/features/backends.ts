/**
 * What actions work on (decision backend-ports, workflow-v1 §9): ports, so that another identity service can stand behind them.
 * Ids and names are opaque texts. Look-ups answer undefined for what is not there; what changes something throws if
 * it could not.
 */

export interface IdentityUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly enabled: boolean;
  readonly domainId: string;
  /** Ended by an operator or by its owner: no task brings it back, or writes to it. Left out: no. */
  readonly closed?: boolean;
}

export interface IdentityMember extends IdentityUser {
  readonly roles: readonly string[];
  readonly inheritedRoles: readonly string[];
}

export interface IdentityProject {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly domainId: string;
  readonly parentId: string | null;
  readonly enabled: boolean;
  /** Whether somebody who has no role on it can be given one, as things are; so it is where nothing is said. */
  readonly admits?: boolean;
}

export interface IdentityRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export interface IdentityDomain {
  readonly id: string;
  readonly name: string;
}

export interface NewIdentityUser {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly domainId: string;
}

export interface NewIdentityProject {
  readonly name: string;
  readonly description: string;
  readonly domainId: string;
  readonly parentId: string | null;
  /** Who asked for it: user id, if it is known. */
  readonly requestedBy?: string | undefined;
}

export interface IdentityBackend {
  /** Whether users can be created, enabled and changed; not so where they come from elsewhere. */
  readonly canEditUsers: boolean;
  readonly usernameIsEmail: boolean;
  /** Whether projects stand below one another, and roles can be inherited; so it is where nothing is said. */
  readonly hierarchical?: boolean;
  /** By name, in any case. */
  findUser(name: string, domainId: string): Promise<IdentityUser | undefined>;
  getUser(id: string): Promise<IdentityUser | undefined>;
  /** Users with a role on the project itself, direct or inherited from it. */
  listUsers(projectId: string): Promise<IdentityMember[]>;
  /** Users whose roles come from the projects above. */
  listInheritedUsers(projectId: string): Promise<IdentityMember[]>;
  createUser(user: NewIdentityUser): Promise<IdentityUser>;
  enableUser(id: string): Promise<void>;
  disableUser(id: string): Promise<void>;
  /** With `endAll`, everything ends that the user can log in with, and not only what came of the old password. */
  updatePassword(id: string, password: string, options?: { endAll?: boolean }): Promise<void>;
  /** Throws `invalid_field` for what cannot become a password; where it is not there, `updatePassword` decides. */
  checkPassword?(password: string): void;
  /** @param askedBy the user name of who asked for it, for the record and for the mail to the old address */
  updateEmail(id: string, email: string, askedBy?: string): Promise<void>;
  updateName(id: string, name: string): Promise<void>;
  /**
   * Undoes a change of the address: ends the password, all logins, and what was made since then. Left out where that
   * cannot be done.
   */
  restoreEmail?(id: string, email: string, since_ms: number): Promise<void>;
  findRole(name: string): Promise<IdentityRole | undefined>;
  /** Names of roles, direct or inherited, never both. */
  getRoles(userId: string, projectId: string, inherited?: boolean): Promise<string[]>;
  /** By project. */
  getAllRoles(userId: string): Promise<Map<string, string[]>>;
  /** Granting what is granted is no error, nor is taking what is not there. */
  addRole(userId: string, role: string, projectId: string, inherited?: boolean): Promise<void>;
  removeRole(userId: string, role: string, projectId: string, inherited?: boolean): Promise<void>;
  findProject(name: string, domainId: string): Promise<IdentityProject | undefined>;
  getProject(id: string): Promise<IdentityProject | undefined>;
  createProject(project: NewIdentityProject): Promise<IdentityProject>;
  getDomain(id: string): Promise<IdentityDomain | undefined>;
  findDomain(name: string): Promise<IdentityDomain | undefined>;
  getRegion(id: string): Promise<{ readonly id: string } | undefined>;
  listRegions(): Promise<readonly { readonly id: string }[]>;
}

/** Quotas of a project in a region: by service, then by resource. Negative means unlimited. */
export type RegionQuota = Readonly<Record<string, Readonly<Record<string, number | bigint>>>>;

export interface QuotaBackend {
  /** Services whose quotas are managed in the region; empty where none is. */
  servicesIn(region: string): readonly string[];
  quota(projectId: string, region: string): Promise<RegionQuota>;
  usage(projectId: string, region: string): Promise<RegionQuota>;
  /** Sets the quotas of managed services; others, and resources that nobody knows, are left out. */
  setQuota(projectId: string, region: string, quota: RegionQuota): Promise<void>;
  /** The limits that the quotas would set, with the present ones, in the same order. Optional. */
  preview?(wanted: readonly WantedQuota[]): Promise<(readonly PreviewedLimit[])[]>;
}

export interface WantedQuota {
  readonly project: string;
  readonly region: string;
  readonly quota: RegionQuota;
}

/** A limit that would change. */
export interface PreviewedLimit {
  readonly resource: string;
  /** Null where there is none yet. */
  readonly before: { readonly capacity: bigint; readonly memberCapacity: bigint } | null;
  readonly after: { readonly capacity: bigint; readonly memberCapacity: bigint };
}

/** Networks of projects. Each call answers the id of what it created. */
export interface NetworkBackend {
  /** Whether there are networks at all; so it is where nothing is said. */
  readonly available?: boolean;
  createNetwork(region: string, body: { name: string; projectId: string }): Promise<string>;
  createSubnet(
    region: string,
    body: { networkId: string; projectId: string; cidr: string; dnsNameservers: readonly string[] },
  ): Promise<string>;
  createRouter(
    region: string,
    body: { name: string; projectId: string; publicNetwork: string },
  ): Promise<string>;
  addRouterInterface(region: string, body: { routerId: string; subnetId: string }): Promise<string>;
}

export interface Backends {
  readonly identity: IdentityBackend;
  readonly quota: QuotaBackend;
  readonly network: NetworkBackend;
}
