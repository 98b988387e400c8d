import type { Resource } from '../../catalog/resources.ts';
import { isoOffsetDate } from '../../lib/text/wire-date.ts';
import type { Application } from '../../projects/applications/application.ts';
import type { MembershipAction } from '../../projects/memberships/membership-rules.ts';
import type { MembershipView } from '../../projects/memberships/memberships.ts';
import type { ProjectResource } from '../../projects/project.ts';
import type { ProjectView } from '../../projects/projects.ts';
import { MEMBERSHIP_STATES } from '../../projects/vocabulary.ts';

/** Options for presenting projects and applications. */
export interface Showing {
  /** Names of the resources that the API shows. */
  readonly visible: ReadonlySet<string>;
  /** In the older generation a project's state includes the state of its application. */
  readonly older?: boolean;
}

/** Names of the resources that the API shows. */
export async function visibleNames(resources: {
  all(): Promise<Resource[]> | Resource[];
}): Promise<Set<string>> {
  return new Set((await resources.all()).filter(({ apiVisible }) => apiVisible).map(({ name }) => name));
}

/** A project (projects §1.2), with the properties of the older generation (account-v1 §7.3). */
export function presentProject(view: ProjectView, requester: string | null, showing: Showing): object {
  const { project } = view;
  return {
    id: project.uuid,
    state: showing.older ? view.status : project.state,
    creation_date: isoOffsetDate(project.createdAt),
    name: project.name,
    owner: project.owner,
    homepage: project.homepage,
    description: project.description,
    start_date: dateOrNull(project.startDate),
    end_date: isoOffsetDate(project.endDate),
    join_policy: project.joinPolicy,
    leave_policy: project.leavePolicy,
    max_members: project.maxMembers,
    private: project.private,
    system_project: project.systemProject,
    resources: presentResources(view.resources, showing),
    ...(view.full || view.applicant ? presentPrivateParts(view, requester, showing) : {}),
  };
}

/** The properties that only managers of the project and the applicant see. */
function presentPrivateParts(
  { project, full, lastApplication, referenceApplication }: ProjectView,
  requester: string | null,
  showing: Showing,
): object {
  // Only the owner and the applicant see the content of an application; its existence is not secret.
  const mayRead = full || (requester !== null && lastApplication?.applicant === requester);
  return {
    application: project.referenceApplication,
    applicant: referenceApplication?.applicant ?? null,
    comments: referenceApplication?.comments ?? null,
    pending_application: lastApplication?.state === 'pending' ? lastApplication.id : null,
    ...(lastApplication && mayRead && { last_application: presentLastApplication(lastApplication, showing) }),
    ...(project.deactivatedAt !== null && { deactivation_date: isoOffsetDate(project.deactivatedAt) }),
  };
}

/** `last_application` of a project; a value that does not change is null. */
function presentLastApplication(application: Application, showing: Showing): object {
  const { id, state, creates, changes } = application;
  return {
    id,
    state,
    name: changes.name ?? null,
    owner: changes.owner ?? (creates ? application.owner : null),
    ...presentChanges(application, showing),
  };
}

/** An application alone (account-v1 §7.3), always with the owner of the project. */
export function presentApplication(application: Application, showing: Showing): object {
  const { id, project, state, owner, changes } = application;
  return { id, project, state, name: changes.name ?? null, owner, ...presentChanges(application, showing) };
}

function presentChanges(application: Application, showing: Showing): object {
  const { applicant, creates, changes, comments, response } = application;
  return {
    applicant,
    homepage: changes.homepage ?? null,
    description: changes.description ?? null,
    start_date: dateOrNull(changes.startDate),
    end_date: dateOrNull(changes.endDate),
    comments: creates ? comments : comments || null,
    join_policy: changes.joinPolicy ?? null,
    leave_policy: changes.leavePolicy ?? null,
    max_members: changes.maxMembers ?? null,
    private: changes.private ?? null,
    resources: presentResources(changes.resources ?? [], showing),
    // The older systems sent it by mail only.
    response: response || null,
  };
}

function presentResources(resources: readonly ProjectResource[], { visible }: Showing): object {
  return Object.fromEntries(
    resources
      .filter(({ resource }) => visible.has(resource))
      .map(({ resource, capacity, memberCapacity }) => [
        resource,
        { member_capacity: memberCapacity, project_capacity: capacity },
      ]),
  );
}

/** The actions that clients of this dialect know. */
const KNOWN: readonly MembershipAction[] = ['leave', 'cancel', 'accept', 'reject', 'remove'];

/** A membership, with the date of each state that it has been in (projects §4.2). */
export function presentMembership({ membership, allowed }: MembershipView): object {
  const { id, user, project, state, dates } = membership;
  const entered = MEMBERSHIP_STATES.flatMap((name) => {
    const at = dates[name];
    return at === undefined ? [] : [[name, isoOffsetDate(at)]];
  });
  return {
    id,
    user,
    project,
    state,
    ...Object.fromEntries(entered),
    allowed_actions: allowed.filter((action) => KNOWN.includes(action)),
  };
}

const dateOrNull = (at_ms: number | null | undefined): string | null =>
  at_ms === null || at_ms === undefined ? null : isoOffsetDate(at_ms);
