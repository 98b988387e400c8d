import { type Population, populate } from '../population.ts';
import type { RunningPurser } from '../server-process.ts';
import type { Stage } from '../stage.ts';

export interface FilledPurser {
  server: RunningPurser;
  population: Population;
}

/** Number of users in most scenarios. Each has a project, so requests are spread over a thousand users and projects. */
export const USERS = 1000;

/** A new Purser with this number of users. */
export async function filledPurser(stage: Stage, users = USERS): Promise<FilledPurser> {
  const server = await stage.purser();
  return { server, population: await populate(server, users) };
}
