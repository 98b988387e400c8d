import { acceptAfterIssue, issueRequests } from '../commission-requests.ts';
import type { Workload } from '../load-plan.ts';
import { type Population, populate } from '../population.ts';
import type { RunningDatabase } from '../postgres-process.ts';
import type { LoadScenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { type FilledPurser, USERS } from './filled-purser.ts';

/** The number of connections with which the replay is fastest on two cores; of 2, 4, 8, 16, 32 and 64. */
const CONNECTIONS = 16;

interface SharedDatabase extends FilledPurser {
  database: RunningDatabase;
}

async function purserOnDatabase(stage: Stage): Promise<SharedDatabase> {
  const directory = stage.directory();
  const database = await stage.database(directory);
  if (!database) throw new Error('The replay needs PostgreSQL.');
  const server = await stage.purser({ directory, database });
  return { database, server, population: await populate(server, USERS) };
}

/** T3: Purser and the statements of the references on the same PostgreSQL, alternately. */
function scenario(
  name: string,
  what: string,
  requests: (population: Population) => Workload,
): LoadScenario<SharedDatabase> {
  return {
    kind: 'load',
    name,
    summary: `T3: ${what} on PostgreSQL; control: the references' statements on the same PostgreSQL`,
    target: { id: 'T3', figure: 'ratio', atLeast: 10 },
    onlyEngine: 'postgres',
    control: {
      label: "references' statements",
      start: (stage, { database }) => stage.replay(database, { connections: CONNECTIONS }),
    },
    prepare: purserOnDatabase,
    requests: ({ population }) => requests(population),
  };
}

export const referencesReplay = scenario('references-replay', 'issue, then accept', (population) => ({
  requests: issueRequests(population),
  followUp: acceptAfterIssue(population),
}));

export const referencesReplayIssue = scenario('references-replay-issue', 'issue only', (population) => ({
  requests: issueRequests(population),
}));
