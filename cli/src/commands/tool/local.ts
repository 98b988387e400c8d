import type { Command } from 'commander';
import { group, listing, openPrinter } from '../../command.ts';
import { Failure, refused } from '../../failures.ts';
import { withExamples } from '../../help/examples.ts';
import { currentIo } from '../../io.ts';
import type { Output, View } from '../../tables/printing.ts';
import { visibleSentence } from '../../tables/visible-text.ts';

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
  const serving = group(program, 'serve', 'Run the service until SIGINT or SIGTERM');
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
    'Show the effective settings and where each comes from, and check all that a start checks, the database too',
    'purser config',
  ).action(({ output }: { output: Output }) =>
    locally(async () => {
      const { describeSettings } = await import('@purser/server/config/load-settings');
      const { checkConfiguration } = await import('@purser/server/check-configuration');
      const { env, cwd } = currentIo();
      const { settings, faults, warnings, notes } = await checkConfiguration({ env, cwd });
      openPrinter({ output }).list(describeSettings(settings), settingView);
      const { stderr } = currentIo();
      for (const warning of warnings) stderr.write(`${visibleSentence(`Warning: ${warning}`)}\n`);
      if (faults.length > 0) throw refused(faults);
      for (const note of notes) stderr.write(`${visibleSentence(note)}\n`);
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
    if (error instanceof Failure) throw error;
    throw refused((error instanceof Error ? error.message : String(error)).split('\n'));
  }
}

/** The command is also installed on machines without the service. */
function isServiceMissing(error: unknown): boolean {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND')
    return false;
  return error.message.includes("'@purser/server'");
}
