import type { Project } from '@purser/api/native/projects/project';
import { EXIT, Failure, refused } from '../failures.ts';
import { type Connection, path } from '../service/connection.ts';

/** How a project can be named, for help texts. */
export const PROJECT = 'name, uuid or number';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NUMBER = /^[0-9]{1,15}$/;
/** States in which a project holds its name: at most one of each name is in one of these. */
const ALIVE: ReadonlySet<string> = new Set(['uninitialized', 'active', 'suspended']);

/**
 * The uuid of the project that a name, a uuid or a number stands for; a uuid is taken as it is. Of several projects of
 * one name the one that is not over is meant.
 * @throws Failure if there is none, or if several that are over have the name: it lists them
 */
export async function projectId(connection: Connection, reference: string): Promise<string> {
  if (UUID.test(reference)) return reference;
  // What can stand for nothing is refused before anything is sent.
  path`/projects/${reference}`;
  if (NUMBER.test(reference)) {
    const found = await byNumber(connection, reference);
    if (found !== undefined) return found;
  }
  const named = await connection.all<Project>('/projects', { name: reference });
  const alive = named.filter(({ state }) => ALIVE.has(state));
  const [only, ...others] = alive.length > 0 ? alive : named;
  if (only === undefined) {
    const sentence = `No project has the name or id ${reference}; 'purser project list --all' shows all that you may see.`;
    throw refused(sentence, 'project_not_found');
  }
  if (others.length === 0) return only.id;
  throw refused([
    `Several projects are named ${reference}; give the uuid of one:`,
    ...[only, ...others].map(({ id, status, owner_name }) => `  ${id}  ${status}  ${owner_name ?? '-'}`),
  ]);
}

/** The same for an option that may be left out. */
export async function projectIdIf(
  connection: Connection,
  reference: string | undefined,
): Promise<string | undefined> {
  return reference === undefined ? undefined : projectId(connection, reference);
}

/** A project may be called by digits too, so a number that nothing has is no failure yet. */
async function byNumber(connection: Connection, number: string): Promise<string | undefined> {
  try {
    return (await connection.get<Project>(path`/projects/${number}`)).id;
  } catch (error) {
    if (error instanceof Failure && error.exitCode === EXIT.refused && error.code === 'project_not_found')
      return undefined;
    throw error;
  }
}
