import type { Selectable } from 'kysely';
import { isObject, type Json, type JsonObject, parseExact, stringifyExact } from '../../lib/text/json.ts';
import type { ApplicationsTable } from '../../storage/schema.ts';
import type { ProjectResource } from '../project.ts';
import type { ApplicationState } from '../vocabulary.ts';
import type { ProjectChanges } from './project-changes.ts';
import type { Replaced } from './replaced-application.ts';

/** A request to create or change a project: an immutable set of changes (projects §2.3). */
export interface Application {
  readonly id: number;
  /** Uuid of the project. */
  readonly project: string;
  readonly projectId: number;
  readonly state: ApplicationState;
  /** Whether it asks for a new project; then `changes` has every field. */
  readonly creates: boolean;
  /** Uuid of who applied; null for the service itself. */
  readonly applicant: string | null;
  /** Uuid of the account whose the project is to be; null for system projects. */
  readonly owner: string | null;
  readonly changes: ProjectChanges;
  readonly comments: string;
  readonly issuedAt: number;
  /** When, by whom (uuid) and in which words it was approved, denied, cancelled, dismissed or replaced. */
  readonly resolvedAt: number | null;
  readonly resolvedBy: string | null;
  readonly response: string | null;
  /** The application that was pending when this one was submitted, and what became of its changes. */
  readonly replaced: Replaced | null;
  /** The limits that its approval set; null if it is not approved, or was before this was stored. */
  readonly applied: readonly LimitChange[] | null;
}

/** A limit before and after a change. */
export interface LimitChange {
  readonly resource: string;
  /** Null where the project had none yet. */
  readonly before: ProjectResource | null;
  readonly after: ProjectResource;
}

export type ApplicationRow = Selectable<ApplicationsTable>;

export function toApplication(row: ApplicationRow & { project: string }): Application {
  return {
    id: row.id,
    project: row.project,
    projectId: row.project_id,
    state: row.state as ApplicationState,
    creates: row.creates === 1,
    applicant: row.applicant,
    owner: row.owner,
    changes: changesOf(row.changes),
    comments: row.comments,
    issuedAt: row.issued_at,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    response: row.response,
    replaced: row.replaced === null ? null : replacedOf(row.replaced),
    applied: row.applied === null ? null : appliedOf(row.applied),
  };
}

/** Changes as they are stored: a JSON object, integers exact. */
export function changesText(changes: ProjectChanges): string {
  return stringifyExact(storedChanges(changes));
}

/** What became of another application's changes, as it is stored. */
export function replacedText({ application, kept, dropped }: Replaced): string {
  return stringifyExact({ application, kept: storedChanges(kept), dropped: storedChanges(dropped) });
}

/** Changes of limits as they are stored. */
export function appliedText(limits: readonly LimitChange[]): string {
  return stringifyExact(limits.map(({ before, after }) => [before && storedPool(before), storedPool(after)]));
}

function storedChanges({ resources, ...fields }: ProjectChanges): object {
  return { ...fields, ...(resources && { resources: resources.map(storedPool) }) };
}

const storedPool = ({ resource, capacity, memberCapacity }: ProjectResource) => [
  resource,
  capacity,
  memberCapacity,
];

function replacedOf(text: string): Replaced {
  const { application, kept = {}, dropped = {} } = parseExact(text) as JsonObject;
  return { application: Number(application), kept: toChanges(kept), dropped: toChanges(dropped) };
}

function appliedOf(text: string): LimitChange[] {
  return (parseExact(text) as [Json, Json][]).map(([before, stored]) => {
    const after = resourceOf(stored);
    return { resource: after.resource, before: before === null ? null : resourceOf(before), after };
  });
}

function changesOf(text: string): ProjectChanges {
  return toChanges(parseExact(text));
}

function toChanges(stored: Json): ProjectChanges {
  if (!isObject(stored)) throw new Error('The changes of an application are not an object.');
  const { resources, maxMembers, ...fields } = stored;
  return {
    ...(fields as ProjectChanges),
    ...(maxMembers !== undefined && { maxMembers: BigInt(maxMembers as number | bigint) }),
    ...(Array.isArray(resources) && { resources: resources.map(resourceOf) }),
  };
}

function resourceOf(stored: Json): ProjectResource {
  const [resource, capacity, memberCapacity] = stored as [string, number | bigint, number | bigint];
  return { resource, capacity: BigInt(capacity), memberCapacity: BigInt(memberCapacity) };
}
