import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parseExact } from '@purser/api/json';
import { usage } from './failures.ts';
import { currentIo } from './io.ts';

/** A file's text, or that of standard input for `-`. */
export async function contentOf(file: string): Promise<string> {
  try {
    return file === '-'
      ? await readAll(currentIo().stdin)
      : await readFile(resolve(currentIo().cwd, file), 'utf8');
  } catch (error) {
    throw usage(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`);
  }
}

/** What a file calls itself in sentences. */
export const fileName = (file: string): string => (file === '-' ? 'Standard input' : file);

/** The text of a JSON document as it stands, and what it says, with exact integers. */
export async function jsonOf(file: string): Promise<{ text: string; value: unknown }> {
  const text = await contentOf(file);
  try {
    return { text, value: parseExact(text) };
  } catch (error) {
    throw usage(`${fileName(file)} is not JSON: ${(error as Error).message}.`);
  }
}

/** Lines that say something, without the space around them; `#` begins a remark. */
export async function linesOf(file: string): Promise<string[]> {
  const lines = (await contentOf(file)).split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return lines.filter((line) => line !== '');
}
