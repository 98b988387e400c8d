import { PurserError } from '../../lib/errors.ts';
import type { Queryable } from '../../storage/storage.ts';
import { type Application, toApplication } from './application.ts';

/** Applications together with the uuids of their projects. */
export function applicationRows(db: Queryable) {
  return db
    .selectFrom('applications')
    .innerJoin('projects', 'projects.id', 'applications.project_id')
    .selectAll('applications')
    .select('projects.uuid as project');
}

/** `application_not_found` */
export async function findApplication(db: Queryable, id: number): Promise<Application> {
  const row = Number.isSafeInteger(id)
    ? await applicationRows(db).where('applications.id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw new PurserError('application_not_found', { application: id });
  return toApplication(row);
}

/** Applications by number; null matches none. One statement. */
export async function applicationsByNumber(
  db: Queryable,
  numbers: readonly (number | null)[],
): Promise<Map<number, Application>> {
  const distinct = [...new Set(numbers.filter((number) => number !== null))];
  if (distinct.length === 0) return new Map();
  const rows = await applicationRows(db).where('applications.id', 'in', distinct).execute();
  return new Map(rows.map((row) => [row.id, toApplication(row)]));
}
