import { Writable } from 'node:stream';
import { refused } from './failures.ts';
import { currentIo } from './io.ts';
import { visibleSentence } from './visible-text.ts';

/** Whether somebody sits there who can be asked. */
export function canAsk(): boolean {
  return currentIo().stdin.isTTY === true;
}

/**
 * Asks at the terminal, and answers the line that was typed.
 * @throws Failure if whoever is asked leaves, with Ctrl-C or Ctrl-D
 */
export function ask(question: string): Promise<string> {
  return answered(question, currentIo().stderr);
}

/** `ask` for something that is not shown as it is typed. */
export async function askSecret(question: string): Promise<string> {
  const { stderr } = currentIo();
  stderr.write(`${question} `);
  try {
    return await answered('', NOWHERE);
  } finally {
    stderr.write('\n');
  }
}

async function answered(question: string, output: NodeJS.WritableStream): Promise<string> {
  // Loaded only here: most commands ask nothing.
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: currentIo().stdin, output, terminal: true });
  try {
    return await terminal.question(question && `${visibleSentence(question)} `);
  } catch {
    if (output !== NOWHERE) output.write('\n');
    throw refused('Nothing was done.');
  } finally {
    terminal.close();
  }
}

/** What is typed is echoed here, and nobody sees it. */
const NOWHERE = new Writable({ write: (_chunk, _encoding, done) => done() });
