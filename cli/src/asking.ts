import type { Readable, Writable } from 'node:stream';
import { refused } from './failures.ts';
import { currentIo } from './io.ts';

/** Whether somebody sits there who can be asked. */
export function canAsk(): boolean {
  const { stdin, stderr } = currentIo();
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks at the terminal for a line of text. @throws Failure if whoever is asked leaves */
export function ask(question: string, usual?: string): Promise<string> {
  return asked(({ text }, streams) =>
    text({
      message: question,
      ...streams,
      ...(usual !== undefined && { initialValue: usual }),
      validate: filled,
    }),
  );
}

/** Asks at the terminal for something that is not shown as it is typed. @throws Failure if whoever is asked leaves */
export function askSecret(question: string): Promise<string> {
  return asked(({ password }, streams) => password({ message: question, ...streams, validate: filled }));
}

const filled = (text: string | undefined): string | undefined => (text ? undefined : 'This is needed.');

type Prompts = typeof import('@clack/prompts');

async function asked(
  question: (prompts: Prompts, streams: { input: Readable; output: Writable }) => Promise<string | symbol>,
): Promise<string> {
  // Loaded only here: most commands ask nothing.
  const prompts = await import('@clack/prompts');
  const { stdin, stderr } = currentIo();
  const answer = await question(prompts, { input: stdin as Readable, output: stderr as Writable });
  if (typeof answer === 'string') return answer;
  throw refused('Nothing was done.');
}
