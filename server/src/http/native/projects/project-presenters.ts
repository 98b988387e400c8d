import type { Capacities, ProjectResource as WireResource } from '@purser/api/native/ledger/capacity';
import type {
  ApplicationDetails,
  Application as WireApplication,
} from '@purser/api/native/projects/application';
import type { Membership as WireMembership } from '@purser/api/native/projects/membership';
import type { ProjectEvent, Project as WireProject } from '@purser/api/native/projects/project';
import type { ProjectQuota } from '../../../ledger/quotas.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { isObject, type Json } from '../../../lib/text/json.ts';
import type { Application, LimitChange } from '../../../projects/applications/application.ts';
import type { ProjectChanges } from '../../../projects/applications/project-changes.ts';
import type { Replaced } from '../../../projects/applications/replaced-application.ts';
import type { MembershipView } from '../../../projects/memberships/memberships.ts';
import type { ProjectResource } from '../../../projects/project.ts';
import type { HistoryEntry, ProjectView } from '../../../projects/projects.ts';
import { time, timeOrNull } from '../frame/presenters.ts';
import type { Units } from '../frame/units.ts';

/** The data that presenters need; see `lookUp`. */
export interface Lookup {
  /** Units of the resources that the caller may see; other resources are left out. */
  readonly units: Units;
  /** User names by uuid. */
  readonly users: ReadonlyMap<string, string>;
  /** Project names by uuid. */
  readonly projects: ReadonlyMap<string, string>;
}

export function presentProject(view: ProjectView, lookup: Lookup): WireProject {
  const { project, status, full: managed, resources, lastApplication } = view;
  return {
    id: project.uuid,
    number: project.id,
    name: project.name,
    owner: project.owner,
    owner_name: nameOf(project.owner, lookup),
    state: project.state,
    status,
    homepage: project.homepage,
    description: project.description,
    start_date: timeOrNull(project.startDate),
    end_date: time(project.endDate),
    join_policy: project.joinPolicy,
    leave_policy: project.leavePolicy,
    max_members: project.maxMembers,
    members: project.members,
    private: project.private,
    system_project: project.systemProject,
    created_at: time(project.createdAt),
    managed,
    state_reason: managed ? project.stateReason : null,
    activated_at: managed ? timeOrNull(project.activatedAt) : null,
    deactivated_at: managed ? timeOrNull(project.deactivatedAt) : null,
    resources: presentCapacities(resources, lookup),
    last_application: lastApplication && presentApplication(lastApplication, lookup),
  };
}

export function presentApplication(application: Application, lookup: Lookup): WireApplication {
  return {
    id: application.id,
    project: application.project,
    project_name: lookup.projects.get(application.project) ?? '',
    state: application.state,
    creates: application.creates,
    applicant: application.applicant,
    applicant_name: nameOf(application.applicant, lookup),
    owner: application.owner,
    owner_name: nameOf(application.owner, lookup),
    changes: presentChanges(application.changes, lookup),
    replaced: presentReplaced(application.replaced, lookup),
    comments: application.comments,
    issued_at: time(application.issuedAt),
    resolved_at: timeOrNull(application.resolvedAt),
    resolved_by: application.resolvedBy,
    response: application.response,
  };
}

/** The application that a new one replaced, and its outcome. */
export function presentReplaced(
  replaced: Replaced | null,
  lookup: Pick<Lookup, 'units'>,
): WireApplication['replaced'] {
  if (!replaced) return null;
  const { application, kept, dropped } = replaced;
  return { application, kept: presentChanges(kept, lookup), dropped: presentChanges(dropped, lookup) };
}

function presentChanges(changes: ProjectChanges, lookup: Pick<Lookup, 'units'>): WireApplication['changes'] {
  return omitUndefined({
    name: changes.name,
    owner: changes.owner,
    homepage: changes.homepage,
    description: changes.description,
    start_date: changes.startDate === undefined ? undefined : timeOrNull(changes.startDate),
    end_date: changes.endDate === undefined ? undefined : time(changes.endDate),
    join_policy: changes.joinPolicy,
    leave_policy: changes.leavePolicy,
    max_members: changes.maxMembers,
    private: changes.private,
    resources: changes.resources && presentCapacities(changes.resources, lookup),
  });
}

export function presentPreview(
  preview: readonly LimitChange[],
  { units }: Lookup,
): ApplicationDetails['preview'] {
  const amounts = ({ capacity, memberCapacity }: ProjectResource) => ({
    project_capacity: capacity,
    member_capacity: memberCapacity,
  });
  return preview.flatMap(({ resource, before, after }) => {
    const unit = units.get(resource);
    return unit === undefined
      ? []
      : [{ resource, unit, before: before && amounts(before), after: amounts(after) }];
  });
}

/** Limits and usage of a project, without resources that the caller may not see. */
export function presentResources(
  resources: readonly ProjectResource[],
  used: readonly ProjectQuota[],
  units: Units,
): WireResource[] {
  const pools = new Map(used.map(({ resource, pool }) => [resource, pool]));
  return resources.flatMap(({ resource, capacity, memberCapacity }) => {
    const unit = units.get(resource);
    if (unit === undefined) return [];
    const { usage = 0, pending = 0 } = pools.get(resource) ?? {};
    return [
      {
        resource,
        unit,
        project_capacity: capacity,
        member_capacity: memberCapacity,
        usage,
        pending,
      },
    ];
  });
}

export function presentEvent(
  { at, actorName, before, after, ...event }: HistoryEntry,
  units: Units,
): ProjectEvent {
  return {
    id: event.id,
    at: time(at),
    action: event.action,
    actor: event.actor,
    actor_name: actorName,
    before: withVisible(before, units),
    after: withVisible(after, units),
    reason: event.reason,
  };
}

/** A recorded state, without resources that the caller may not see. */
function withVisible(state: Json, units: Units): Json {
  if (!isObject(state)) return state;
  const entries = Object.entries(state).map(([key, value]): [string, Json] => {
    if (key === 'changes') return [key, withVisible(value, units)];
    if (key !== 'resources' || !isObject(value)) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).filter(([resource]) => units.has(resource)))];
  });
  return Object.fromEntries(entries);
}

export function presentMembership({ membership, allowed }: MembershipView): WireMembership {
  const { dates, state } = membership;
  return {
    id: membership.id,
    user: membership.user,
    username: membership.username,
    project: membership.project,
    state,
    since: timeOrNull(dates[state] ?? null),
    dates: Object.fromEntries(Object.entries(dates).map(([entered, at]) => [entered, time(at)])),
    reason: membership.reason,
    roles: [...membership.roles],
    allowed_actions: [...allowed],
  };
}

function presentCapacities(
  resources: readonly ProjectResource[],
  { units }: Pick<Lookup, 'units'>,
): Capacities {
  const visible = resources.flatMap(({ resource, capacity, memberCapacity }) => {
    const unit = units.get(resource);
    return unit === undefined
      ? []
      : [[resource, { unit, project_capacity: capacity, member_capacity: memberCapacity }]];
  });
  return Object.fromEntries(visible);
}

const nameOf = (user: string | null, { users }: Lookup): string | null =>
  user === null ? null : (users.get(user) ?? null);
