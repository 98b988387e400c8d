import type { Secrets } from '../lib/secrets.ts';
import { Applications } from './applications/applications.ts';
import { PendingApplications } from './applications/pending-applications.ts';
import { AccountEffects } from './control/account-effects.ts';
import { type ExpiryPolicy, ProjectExpiry } from './control/expiry.ts';
import { ProjectControl } from './control/project-control.ts';
import { refuseUnknownDefault } from './default-project.ts';
import { MembershipBooks } from './memberships/membership-books.ts';
import { Memberships } from './memberships/memberships.ts';
import { poolsForNewResource } from './new-resource.ts';
import { ProjectBooks, type ProjectParts } from './project-books.ts';
import { Projects } from './projects.ts';
import { Appointments } from './roles/appointments.ts';
import { ProjectTokens } from './roles/project-tokens.ts';
import { RoleAssignments } from './roles/role-assignments.ts';

/** Everything that deals with projects, over one set of books. */
export interface ProjectDomain {
  readonly projects: Projects;
  readonly applications: Applications;
  readonly projectControl: ProjectControl;
  readonly memberships: Memberships;
  readonly appointments: Appointments;
  readonly roleAssignments: RoleAssignments;
  readonly projectExpiry: ProjectExpiry;
  readonly pendingApplications: PendingApplications;
  readonly projectTokens: ProjectTokens;
}

/** Puts it together, and registers with those below for what accounts and new resources mean to projects. */
export function openProjects(
  parts: ProjectParts & { readonly secrets: Secrets },
  expiry: ExpiryPolicy,
): ProjectDomain {
  const books = new ProjectBooks(parts);
  const membershipBooks = new MembershipBooks(books);
  const pendingApplications = new PendingApplications(books);
  const effects = new AccountEffects(books, membershipBooks);
  const { accountChanges, resources } = parts;
  accountChanges.onAccepted((tx, account) => effects.accepted(tx, account));
  accountChanges.onDeactivated((tx, account) => effects.deactivated(tx, account));
  accountChanges.onActivated((tx, account) => effects.activated(tx, account));
  accountChanges.onDefaultProjectChosen((tx, project) => refuseUnknownDefault(books, tx, project));
  resources.onRegistered((tx, resource) => poolsForNewResource(books, tx, resource));
  return {
    projects: new Projects(books),
    applications: new Applications(books, pendingApplications, parts.secrets),
    projectControl: new ProjectControl(books, parts.secrets),
    memberships: new Memberships(books, membershipBooks),
    appointments: new Appointments(books, membershipBooks),
    roleAssignments: new RoleAssignments(books),
    projectExpiry: new ProjectExpiry(books, expiry),
    pendingApplications,
    projectTokens: new ProjectTokens(books),
  };
}
