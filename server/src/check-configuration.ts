import { openTemplates } from './compose/mail-templates.ts';
import type { Settings } from './config/settings.ts';
import { openMailer } from './mail/mailer.ts';
import { core } from './workflow/core/feature-set.ts';
import { importFeatureSets } from './workflow/features/feature-set-packages.ts';
import { openRegistry } from './workflow/features/open-registry.ts';

/**
 * What a start with these settings would refuse, a sentence each, beyond what reading them has refused already:
 * feature sets, types of tasks and their settings, templates of mails, the way that mail takes. Nothing is connected
 * to and nothing is written; whether the database can be used is seen at the start.
 */
export async function checkConfiguration(
  settings: Settings,
): Promise<{ faults: readonly string[]; warnings: readonly string[] }> {
  const warnings = [...settings.warnings];
  const checks = [
    () => openMailer(settings.mailUrl, settings.mailFrom, () => undefined).close(),
    () => openTemplates(settings, () => undefined),
    async () => {
      const sets = [core, ...(await importFeatureSets(settings.featureSets))];
      warnings.push(...openRegistry(sets, settings).registry.warnings);
    },
  ];
  const faults: string[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      faults.push(...(error as Error).message.split('\n'));
    }
  }
  return { faults, warnings };
}
