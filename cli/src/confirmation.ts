import { createInterface } from 'node:readline/promises';
import { refused, usage } from './failures.ts';
import { currentIo } from './io.ts';

/**
 * Asks whoever sits at the terminal before something is done that is hard to undo. Where nobody sits there, `--yes`
 * has to say so beforehand.
 */
export async function confirm(what: string, yes: true | undefined): Promise<void> {
  if (yes) return;
  const { stdin, stderr } = currentIo();
  if (!stdin.isTTY) throw usage(`${what}? Say so with --yes where there is no terminal to ask at.`);
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    // Whoever leaves with Ctrl-C or Ctrl-D has not said yes.
    const answer = await terminal.question(`${what}? [y/N] `).catch(() => '');
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw refused('Nothing was done.');
  } finally {
    terminal.close();
  }
}
