import { UNLIMITED } from '../../lib/limits.ts';
import type { Transaction } from '../../storage/storage.ts';
import { type Project, toProject } from '../project.ts';
import type { ProjectBooks } from '../project-books.ts';
import type { Requester } from '../requester.ts';
import type { ProjectChanges } from './project-changes.ts';

/** The fields of a requested project; fields that are left out have defaults (projects §2.1). */
export type WantedProject = ProjectChanges & { readonly name: string; readonly endDate: number };

/** What a new project is where nothing is said. */
export function withDefaults(
  by: Requester,
): Required<Omit<ProjectChanges, 'name' | 'endDate' | 'owner' | 'resources'>> &
  Pick<ProjectChanges, 'owner'> {
  return {
    ...(by.uuid !== null && { owner: by.uuid }),
    homepage: '',
    description: '',
    startDate: null,
    joinPolicy: 'moderated',
    leavePolicy: 'auto',
    maxMembers: UNLIMITED,
    private: false,
  };
}

/** Makes the row of a project that has no limits yet. */
export async function insertProject(
  { parts }: ProjectBooks,
  tx: Transaction,
  uuid: string,
  wanted: ReturnType<typeof withDefaults> & WantedProject,
): Promise<Project> {
  const row = await tx.db
    .insertInto('projects')
    .values({
      uuid,
      state: 'uninitialized',
      name: wanted.name,
      owner: wanted.owner ?? null,
      homepage: wanted.homepage,
      description: wanted.description,
      created_at: parts.clock.now(),
      start_date: wanted.startDate,
      end_date: wanted.endDate,
      join_policy: wanted.joinPolicy,
      leave_policy: wanted.leavePolicy,
      max_members: wanted.maxMembers,
      private: wanted.private ? 1 : 0,
      system_project: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toProject(row);
}
