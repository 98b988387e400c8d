import type { Selectable } from 'kysely';
import { UNLIMITED } from '../lib/limits.ts';
import type { ProjectsTable } from '../storage/schema.ts';
import type { ProjectPolicy, ProjectState } from './vocabulary.ts';

/** A pool of resources with members (projects §1.2). Times are milliseconds since the epoch. */
export interface Project {
  readonly id: number;
  readonly uuid: string;
  readonly state: ProjectState;
  readonly name: string;
  /** Uuid of an account; null for system projects. */
  readonly owner: string | null;
  readonly homepage: string;
  readonly description: string;
  readonly createdAt: number;
  /** For information only. */
  readonly startDate: number | null;
  readonly endDate: number;
  readonly joinPolicy: ProjectPolicy;
  readonly leavePolicy: ProjectPolicy;
  readonly maxMembers: bigint;
  readonly private: boolean;
  readonly systemProject: boolean;
  /** The reason that the actor of the last change of state gave. */
  readonly stateReason: string | null;
  /** When it became active last. */
  readonly activatedAt: number | null;
  /** When it was suspended or terminated last; stays when it becomes active again. */
  readonly deactivatedAt: number | null;
  /** Members that count against `maxMembers`. */
  readonly members: number;
  /** Number of the newest application; null if there never was one. */
  readonly lastApplication: number | null;
  /** Number of the application that describes it: the last approved one, or the one that asks for it. */
  readonly referenceApplication: number | null;
}

/** What a project may use of a resource as a whole, and what each member may. */
export interface ProjectResource {
  readonly resource: string;
  readonly capacity: bigint;
  readonly memberCapacity: bigint;
}

export type ProjectRow = Selectable<ProjectsTable>;

export function toProject(row: ProjectRow): Project {
  return {
    id: row.id,
    uuid: row.uuid,
    state: row.state as ProjectState,
    name: row.name,
    owner: row.owner,
    homepage: row.homepage,
    description: row.description,
    createdAt: row.created_at,
    startDate: row.start_date,
    endDate: row.end_date,
    joinPolicy: row.join_policy as ProjectPolicy,
    leavePolicy: row.leave_policy as ProjectPolicy,
    maxMembers: BigInt(row.max_members),
    private: row.private === 1,
    systemProject: row.system_project === 1,
    stateReason: row.state_reason,
    activatedAt: row.activated_at,
    deactivatedAt: row.deactivated_at,
    members: row.members,
    lastApplication: row.last_application,
    referenceApplication: row.reference_application,
  };
}

/** What all members of a project may use together, at most `UNLIMITED`. */
export function capacityOfMembers(maxMembers: bigint, memberCapacity: bigint): bigint {
  if (maxMembers === UNLIMITED || memberCapacity === UNLIMITED) return UNLIMITED;
  const together = maxMembers * memberCapacity;
  return together < UNLIMITED ? together : UNLIMITED;
}
