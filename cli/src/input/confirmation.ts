import { refused, usage } from '../failures.ts';
import { ask, canAsk } from './asking.ts';

/** The option that every command has that asks before it does something. */
export const YES = ['--yes', 'do it without asking'] as const;

/**
 * Asks at the terminal before a change that is hard to undo. Without a terminal, `--yes`
 * has to say so beforehand.
 */
export async function confirm(what: string, yes: true | undefined): Promise<void> {
  if (yes) return;
  if (!canAsk()) throw usage(`${what}? Confirm with --yes where there is no terminal.`);
  const answer = await ask(`${what}? [y/N]`);
  if (!/^y(es)?$/i.test(answer.trim())) throw refused('Nothing was done.');
}
