import type { Role } from '../../directory/roles/roles.ts';
import type { ApplicationCredential } from '../../directory/tokens/application-credential.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import type { Project } from '../../projects/project.ts';

/** The only domain. */
export const DOMAIN = { id: 'default', name: 'Default' } as const;

/** A moment as Keystone writes it: `2026-01-15T12:00:00.000000Z`. */
export const moment = (at_ms: number): string => new Date(at_ms).toISOString().replace('Z', '000Z');

/** Objects of Purser in the form of Keystone v3. */
export class Presenters {
  readonly #base: string;

  /** @param base the URL of the dialect */
  constructor(base: string) {
    this.#base = base;
  }

  user({ uuid, username, email, active, firstName, lastName, defaultProject }: Account) {
    return {
      id: uuid,
      name: username,
      ...(email !== null && { email }),
      domain_id: DOMAIN.id,
      enabled: active,
      default_project_id: defaultProject,
      first_name: firstName,
      last_name: lastName,
      password_expires_at: null,
      options: {},
      links: this.links('users', uuid),
    };
  }

  project({ uuid, name, description, state }: Project) {
    return {
      id: uuid,
      name,
      description,
      domain_id: DOMAIN.id,
      parent_id: DOMAIN.id,
      is_domain: false,
      enabled: state === 'active',
      tags: [],
      options: {},
      links: this.links('projects', uuid),
    };
  }

  role({ id, name, description }: Role) {
    return {
      id: String(id),
      name,
      description,
      domain_id: null,
      options: {},
      links: this.links('roles', String(id)),
    };
  }

  domain() {
    return {
      ...DOMAIN,
      description: 'All users and projects of the cloud.',
      enabled: true,
      tags: [],
      options: {},
      links: this.links('domains', DOMAIN.id),
    };
  }

  region(id: string) {
    return { id, description: '', parent_region_id: null, links: this.links('regions', id) };
  }

  /** @param roles all roles */
  applicationCredential(credential: ApplicationCredential, roles: readonly Role[]) {
    const { id, name, description, project, unrestricted, expiresAt, user } = credential;
    return {
      id,
      name,
      description,
      project_id: project,
      user_id: user,
      system: null,
      unrestricted,
      expires_at: expiresAt === null ? null : moment(expiresAt),
      roles: roles
        .filter((role) => credential.roles.includes(role.name))
        .map((role) => ({ id: String(role.id), name: role.name, domain_id: null })),
      links: this.links('users', user, 'application_credentials', id),
    };
  }

  links(...path: string[]) {
    return { self: [this.#base, ...path.map(encodeURIComponent)].join('/') };
  }
}
