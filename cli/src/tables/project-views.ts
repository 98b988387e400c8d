import type { Capacities, ProjectResource } from '@purser/api/native/ledger/capacity';
import type { Application, ApplicationDetails } from '@purser/api/native/projects/application';
import type { Membership } from '@purser/api/native/projects/membership';
import type { Project, ProjectEvent, Termination } from '@purser/api/native/projects/project';
import type { View } from './printing.ts';
import { limitText } from './quantities.ts';

/** A project as lists show it: with what waits for an operator. */
export interface ProjectLine extends Project {
  /** Id of the application that is pending; null if none is, or if it is not ours to know. */
  pending_application: number | null;
  /** Who is in it, where that was asked for. */
  member_list?: Membership[];
  /** What it may use and does use, where that was asked for. */
  quota?: ProjectResource[];
  /** The application that is pending, where that was asked for. */
  application?: ApplicationDetails;
}

export function lineOf(project: Project): ProjectLine {
  const { last_application: last } = project;
  return { ...project, pending_application: last?.state === 'pending' ? last.id : null };
}

const projectFields = [
  ...(['id', 'number', 'name', 'status', 'state', 'state_reason', 'owner', 'owner_name'] as const),
  ...(['homepage', 'description', 'start_date', 'end_date', 'join_policy', 'leave_policy'] as const),
  ...(['max_members', 'members', 'private', 'system_project', 'managed'] as const),
  ...(['created_at', 'activated_at', 'deactivated_at', 'resources', 'pending_application'] as const),
  ...(['last_application', 'quota', 'member_list', 'application'] as const),
];
export const projectView: View<ProjectLine> = {
  fields: projectFields,
  columns: ['id', 'name', 'owner_name', 'status', 'end_date', 'members', 'pending_application'],
  texts: {
    max_members: (limit) => limitText(limit, null),
    resources: capacitiesText,
    quota: quotaText,
    member_list: (members) => members?.map(({ username, state }) => `${username} ${state}`).join('\n') || '-',
    application: (application) =>
      application
        ? `${application.id} of ${application.applicant_name ?? '-'}\n${previewText(application.preview)}\n${changesText(application.changes)}`
        : '-',
    last_application: (last) => (last === null ? '-' : `${last.id}, ${last.state}`),
  },
};

/** One resource on each line. */
function capacitiesText(capacities: Capacities): string {
  const lines = Object.entries(capacities).map(
    ([resource, { unit, project_capacity, member_capacity }]) =>
      `${resource} ${limitText(project_capacity, unit)}, each member ${limitText(member_capacity, unit)}`,
  );
  return lines.join('\n') || '-';
}

function quotaText(resources: ProjectResource[] = []): string {
  const lines = resources.map(
    ({ resource, unit, usage, project_capacity }) =>
      `${resource} ${limitText(usage, unit)} of ${limitText(project_capacity, unit)}`,
  );
  return lines.join('\n') || '-';
}

const amount = (value: number | bigint, { unit }: ProjectResource): string => limitText(value, unit);
const resourceFields = [
  ...(['resource', 'unit', 'project_capacity', 'member_capacity', 'usage', 'pending'] as const),
];
export const projectResourceView: View<ProjectResource> = {
  fields: resourceFields,
  columns: resourceFields.filter((field) => field !== 'unit'),
  texts: { project_capacity: amount, member_capacity: amount, usage: amount, pending: amount },
};

export const projectEventView: View<ProjectEvent> = {
  fields: ['id', 'at', 'actor', 'actor_name', 'action', 'before', 'after', 'reason'],
  columns: ['at', 'actor_name', 'action', 'before', 'after', 'reason'],
};

const terminationFields = ['project', 'name', 'end_date', 'terminated', 'error'] as const;
export const terminationView: View<Termination> = {
  fields: terminationFields,
  columns: terminationFields,
};

const applicationFields = [
  ...(['id', 'project', 'project_name', 'state', 'creates', 'applicant', 'applicant_name'] as const),
  ...(['owner', 'owner_name', 'changes', 'replaced', 'comments', 'issued_at'] as const),
  ...(['resolved_at', 'resolved_by', 'response'] as const),
];
export const applicationView: View<Application> = {
  fields: applicationFields,
  columns: ['id', 'project', 'project_name', 'creates', 'applicant_name', 'state', 'issued_at'],
  texts: { changes: changesText, replaced: replacedText },
};
export const applicationDetailsView: View<ApplicationDetails> = {
  fields: [...applicationFields, 'preview'],
  columns: [],
  texts: { changes: changesText, replaced: replacedText, preview: previewText },
};

/** Fields of changes, each resource as a field of its own. */
export function changedFields({ resources = {}, ...fields }: Application['changes']): string[] {
  return [...Object.keys(fields), ...Object.keys(resources)].sort();
}

/** Which application gave way to another one, and what became of what it asked for. */
export function replacedText(replaced: Application['replaced']): string {
  if (replaced === null) return '-';
  const { application, kept, dropped } = replaced;
  const part = (title: string, changes: Application['changes']): string[] =>
    Object.keys(changes).length === 0 ? [] : [`${title}:`, changesText(changes)];
  return [`application ${application}`, ...part('taken over', kept), ...part('dropped', dropped)].join('\n');
}

/** One change on each line. */
export function changesText({ resources = {}, ...changes }: Application['changes']): string {
  const lines = Object.entries(changes).map(([field, value]) => {
    const text =
      field === 'max_members' ? limitText(value as number | bigint, null) : String(value ?? 'none');
    return `${field.replaceAll('_', ' ')}: ${text || '(empty)'}`;
  });
  const limits = Object.keys(resources).length === 0 ? [] : [capacitiesText(resources)];
  return [...lines, ...limits].join('\n') || '-';
}

function previewText(preview: ApplicationDetails['preview']): string {
  const lines = preview.map(({ resource, unit, before, after }) => {
    const text = (limits: typeof after | null): string =>
      limits === null
        ? 'nothing'
        : `${limitText(limits.project_capacity, unit)} (each member ${limitText(limits.member_capacity, unit)})`;
    return `${resource} ${text(before)} → ${text(after)}`;
  });
  return lines.join('\n') || '-';
}

export const membershipView: View<Membership> = {
  fields: [
    ...(['id', 'user', 'username', 'project', 'state', 'since', 'reason'] as const),
    ...(['roles', 'dates', 'allowed_actions'] as const),
  ],
  columns: ['id', 'username', 'project', 'state', 'since', 'roles', 'allowed_actions'],
  texts: {
    dates: (dates) =>
      Object.entries(dates)
        .map(([state, at]) => `${state} ${at}`)
        .join('\n') || '-',
  },
};
