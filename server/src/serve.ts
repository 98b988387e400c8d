import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createApp, type FirstAdmin } from './compose/app.ts';
import { databasePlaceOf, loadSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { fillDerivedColumns } from './storage/fill-derived.ts';
import { openDatabase } from './storage/open-database.ts';

/** When starting is over and done with. */
const SETTLE_MS = 1_000;
/** A stop takes no longer than this, whatever hangs. */
const STOP_MS = 9_000;

function settingsHere(): Settings {
  return loadSettings({ env: process.env, cwd: process.cwd() });
}

/** Starts the service and runs it until SIGTERM or SIGINT; then it finishes what it has begun and exits. */
export async function serve(): Promise<void> {
  const settings = settingsHere();
  // Whatever this process writes is its own user's business: the database, mails, the write-ahead log.
  process.umask(0o077);
  const app = await createApp(settings);
  await app.listen().catch(async (error: unknown) => {
    await app.close();
    throw new Error(listenFault(error), { cause: error });
  });
  setTimeout(giveBackStartupMemory, SETTLE_MS).unref();
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    app.fastify.log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(sentence(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A reader of this line may stop the service at once.
  if (app.firstAdmin) console.log(introduction(app.firstAdmin));
  console.log(`Purser serves ${settings.baseUrl} - API and documentation at ${settings.baseUrl}/api/docs`);
}

/**
 * Loading and compiling leave a third of the heap as garbage, and an idle process has no reason to collect it: one
 * collection brings the resident memory from 143 MB to 116 MB. It takes some 80 ms, once.
 */
function giveBackStartupMemory(): void {
  // Also a moment to keep what was compiled: a process that is killed later would not.
  flushCompileCache();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', flavor: 'last-resort' });
}

/** Brings the database to this version's schema and says what was done. */
export async function migrateDatabase(): Promise<void> {
  const { storage, migrations } = await openDatabase(databasePlaceOf(settingsHere()), Date.now());
  try {
    for (const complaint of await fillDerivedColumns(storage)) console.error(complaint);
  } finally {
    await storage.close();
  }
  console.log(migrations.length === 0 ? 'The database is up to date.' : `Ran ${migrations.join(', ')}.`);
}

/** Why nothing can be listened on, with the settings that say where. */
function listenFault(error: unknown): string {
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = address === undefined ? '' : ` at ${address}${port === undefined ? '' : ` port ${port}`}`;
  return `Cannot listen${where} (${code ?? sentence(error)}); set another place with PURSER_HOST or PURSER_PORT, or stop what is there.`;
}

function introduction({ email, setupUrl, token }: FirstAdmin): string {
  return [
    'The first administrator has been created. This is shown once:',
    `  e-mail    ${email}`,
    ...(setupUrl === undefined ? [] : [`  password  set it within an hour at ${setupUrl}`]),
    ...(token === undefined ? [] : [`  API token ${token}`]),
  ].join('\n');
}

/** What went wrong, for a person. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
