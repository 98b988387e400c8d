import { type Population, populate } from '../population.ts';
import type { RunningPurser } from '../server-process.ts';
import type { Stage } from '../stage.ts';

export interface FilledPurser {
  server: RunningPurser;
  population: Population;
}

/** Users of most scenarios; each has a project, so that requests spread over a thousand of both. */
export const USERS = 1000;

/** A fresh Purser with that many users. */
export async function filledPurser(stage: Stage, users = USERS): Promise<FilledPurser> {
  const server = await stage.purser();
  return { server, population: await populate(server, users) };
}
