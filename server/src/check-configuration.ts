import { openTemplates } from './compose/mail-templates.ts';
import { databasePlaceOf, readSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { openMailer } from './mail/mailer.ts';
import { probeDatabase } from './storage/database-probe.ts';
import { core } from './workflow/core/feature-set.ts';
import { importFeatureSets } from './workflow/features/feature-set-packages.ts';
import { openRegistry } from './workflow/features/open-registry.ts';

/** The result of a check; one sentence each. */
export interface CheckedConfiguration {
  readonly settings: Settings;
  /** What a start would refuse. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  /** The state of the database, if it can be used. */
  readonly notes: readonly string[];
}

/**
 * Checks everything that a start checks, and reports all faults at once: the file, the environment, values, feature
 * sets, types of tasks and their settings, templates of mails, the transport of mails, and whether the database can be
 * reached. Nothing is written. A check whose own settings are wrong is left out.
 */
export async function checkConfiguration(
  from: Parameters<typeof readSettings>[0],
): Promise<CheckedConfiguration> {
  const read = readSettings(from);
  const faults = [...read.faults];
  const notes: string[] = [];
  const warnings = [...read.settings.warnings];
  for (const { keys, run } of checksOf(read.settings, { notes, warnings })) {
    if (keys.some((key) => read.unknown.has(key))) continue;
    try {
      await run();
    } catch (error) {
      faults.push(...(error as Error).message.split('\n'));
    }
  }
  return { settings: read.settings, faults, warnings, notes };
}

interface Check {
  /** The settings that it depends on. */
  readonly keys: readonly string[];
  /** Throws an Error with one sentence per line for each fault. */
  readonly run: () => unknown;
}

function checksOf(
  settings: Settings,
  { notes, warnings }: { notes: string[]; warnings: string[] },
): readonly Check[] {
  return [
    {
      keys: ['mail_url', 'mail_from'],
      run: () => openMailer(settings.mailUrl, settings.mailFrom, () => undefined).close(),
    },
    { keys: ['mail_templates'], run: () => openTemplates(settings, () => undefined) },
    {
      keys: ['feature_sets'],
      run: async () => {
        const sets = [core, ...(await importFeatureSets(settings.featureSets))];
        warnings.push(...openRegistry(sets, settings).registry.warnings);
      },
    },
    {
      keys: ['database_url'],
      run: async () => notes.push(await probeDatabase(databasePlaceOf(settings))),
    },
  ];
}
