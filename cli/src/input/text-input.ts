import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseExact } from '@purser/text/json';
import { utf8Text } from '@purser/text/utf8-text';
import { usage } from '../failures.ts';
import { currentIo } from '../io.ts';

/**
 * A file's text, or that of standard input for `-`, in UTF-8; a byte-order mark is left out.
 * @throws Failure if it cannot be read, or is not UTF-8
 */
export async function contentOf(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = file === '-' ? await buffer(currentIo().stdin) : await readFile(resolve(currentIo().cwd, file));
  } catch (error) {
    throw usage(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`);
  }
  return decoded(bytes, fileName(file));
}

/** @throws Failure if bytes are not UTF-8 */
export function decoded(bytes: Uint8Array, name: string): string {
  try {
    return utf8Text(bytes, name);
  } catch (error) {
    throw usage((error as Error).message);
  }
}

/** The first line of standard input. @param what what is expected there, as in `password` */
export async function lineFromInput(what: string): Promise<string> {
  const { stdin } = currentIo();
  if (stdin.isTTY) throw usage(`Write the ${what} into the command's standard input.`);
  const [line = ''] = (await contentOf('-')).split(LINE_END);
  if (line === '') throw usage(`There is no ${what} on standard input; write one line there.`);
  return line;
}

/** How lines may end: as on Linux, on Windows, and as older programs on the Macintosh still write them. */
const LINE_END = /\r\n|\r|\n/;

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
  const lines = (await contentOf(file)).split(LINE_END).map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return lines.filter((line) => line !== '');
}
