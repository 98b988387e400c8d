/**
 * The interfaces through which actions read and change users, projects, quotas and networks (decision backend-ports,
 * workflow-v1 §9), so that another identity service can implement them. Ids and names are opaque texts. Look-ups
 * answer undefined for what does not exist; a change that fails throws.
 */

export interface IdentityUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly enabled: boolean;
  readonly domainId: string;
  /** Ended by an operator or by its owner: no task enables it or sends mail to it. Default: false. */
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
  /** Whether a user without a role on it can be granted one now. Default: true. */
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
  /** User id of the requester, if known. */
  readonly requestedBy?: string | undefined;
}

export interface IdentityBackend {
  /** Whether users can be created, enabled and changed; false where they are managed elsewhere. */
  readonly canEditUsers: boolean;
  readonly usernameIsEmail: boolean;
  /** Whether projects can have a parent, and roles can be inherited. Default: true. */
  readonly hierarchical?: boolean;
  /** By name; letter case does not matter. */
  findUser(name: string, domainId: string): Promise<IdentityUser | undefined>;
  getUser(id: string): Promise<IdentityUser | undefined>;
  /** Users with a role on the project itself, direct or inherited from it. */
  listUsers(projectId: string): Promise<IdentityMember[]>;
  /** Users whose roles are inherited from parent projects. */
  listInheritedUsers(projectId: string): Promise<IdentityMember[]>;
  createUser(user: NewIdentityUser): Promise<IdentityUser>;
  enableUser(id: string): Promise<void>;
  disableUser(id: string): Promise<void>;
  /** With `endAll`, all credentials of the user end, not only the tokens from logins with the old password. */
  updatePassword(id: string, password: string, options?: { endAll?: boolean }): Promise<void>;
  /** Throws `invalid_field` for an unacceptable password. Without it, `updatePassword` decides. */
  checkPassword?(password: string): void;
  /** @param askedBy user name of the requester, for the audit record and the mail to the old address */
  updateEmail(id: string, email: string, askedBy?: string): Promise<void>;
  updateName(id: string, name: string): Promise<void>;
  /**
   * Undoes a change of the address: clears the password, ends all logins, and ends the credentials made since then.
   * Optional.
   */
  restoreEmail?(id: string, email: string, since_ms: number): Promise<void>;
  findRole(name: string): Promise<IdentityRole | undefined>;
  /** Names of roles, direct or inherited, never both. */
  getRoles(userId: string, projectId: string, inherited?: boolean): Promise<string[]>;
  /** By project. */
  getAllRoles(userId: string): Promise<Map<string, string[]>>;
  /** Granting a role again and revoking an absent one are not errors. */
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
  /** Services whose quotas are managed in the region; may be empty. */
  servicesIn(region: string): readonly string[];
  quota(projectId: string, region: string): Promise<RegionQuota>;
  usage(projectId: string, region: string): Promise<RegionQuota>;
  /** Sets the quotas of managed services; other services and unknown resources are ignored. */
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
  /** Null if no limit is set. */
  readonly before: { readonly capacity: bigint; readonly memberCapacity: bigint } | null;
  readonly after: { readonly capacity: bigint; readonly memberCapacity: bigint };
}

/** Networks of projects. Each call answers the id of the created object. */
export interface NetworkBackend {
  /** Whether networks are available. Default: true. */
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
