import type { Command } from 'commander';
import { group, listing, openPrinter } from '../command.ts';
import { withExamples } from '../examples.ts';
import { refused } from '../failures.ts';
import { currentIo } from '../io.ts';
import type { Output, View } from '../printing.ts';

interface SettingRow {
  key: string;
  environment: string | undefined;
  value: string;
  origin: string;
  description: string;
}

const settingView: View<SettingRow> = {
  fields: ['key', 'environment', 'value', 'origin', 'description'],
  columns: ['key', 'origin', 'value'],
};

/** Commands that act on this machine, without a running service. The server is loaded only for them. */
export function localCommands(program: Command): void {
  const serving = group(program, 'serve', 'Run the service until it is told to stop');
  withExamples(serving, 'PURSER_DATABASE_URL=postgres://localhost/purser purser serve').action(() =>
    locally(async () => {
      const { serve } = await import('@purser/server/serve');
      await serve();
    }),
  );

  listing(
    program,
    settingView,
    'config',
    'Show the effective settings and where each comes from',
    'purser config',
  ).action(({ output }: { output: Output }) =>
    locally(async () => {
      const { describeSettings, loadSettings } = await import('@purser/server/config/settings');
      const { env, cwd } = currentIo();
      openPrinter({ output }).list(describeSettings(loadSettings({ env, cwd })), settingView);
    }),
  );

  const migrating = group(program, 'migrate', 'Bring the database to the schema of this version');
  withExamples(migrating, 'purser migrate').action(() =>
    locally(async () => {
      const { migrateDatabase } = await import('@purser/server/serve');
      await migrateDatabase();
    }),
  );
}

/** What the server cannot do here it says in a sentence of its own. */
async function locally(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isServiceMissing(error)) {
      throw refused(
        "This needs the service itself, which is not installed here; run 'npm install @purser/server'.",
      );
    }
    throw refused(adviceOn(error) ?? (error instanceof Error ? error.message : String(error)));
  }
}

/** What to do about a port or a database that cannot be had; the system says only which call has failed. */
function adviceOn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // The service's own error says that the database does not answer; the system's says where.
  if (error.cause instanceof Error) return adviceOn(error.cause) ?? error.cause.message;
  const { syscall, code, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  const where = address === undefined ? '' : ` at ${address}${port === undefined ? '' : ` port ${port}`}`;
  if (syscall === 'listen') {
    return `Cannot listen${where} (${code}); say another place with PURSER_HOST or PURSER_PORT, or stop what is there.`;
  }
  if (syscall === 'connect' || syscall === 'getaddrinfo') {
    return `Cannot reach the database${where} (${code}); start it, or correct PURSER_DATABASE_URL.`;
  }
  return undefined;
}

/** The command is also installed where nobody runs a service. */
function isServiceMissing(error: unknown): boolean {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND')
    return false;
  return error.message.includes("'@purser/server'");
}
