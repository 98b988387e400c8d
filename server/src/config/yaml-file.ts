import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Document } from 'yaml';
import { nearest } from '../lib/nearest.ts';
import { utf8Text } from '../lib/utf8-text.ts';

/**
 * The keys and values of a configuration file. It may be absent unless it is `required`.
 * Throws an Error with a sentence if it cannot be read, is not a mapping or has a key that is not known.
 * @param name as the operator wrote it; it stands in every message.
 */
export function readYamlFile(
  cwd: string,
  name: string,
  required: boolean,
  knownKeys: readonly string[],
): Map<string, unknown> {
  const source = readIfPresent(resolve(cwd, name), name, required);
  if (source === '') return new Map();
  const document = yaml().parseDocument(source, { prettyErrors: true });
  const [error] = document.errors;
  // The rest of the message repeats the line, which may hold a secret.
  if (error) throw new Error(`${name}: ${error.message.split('\n')[0]?.replace(/:$/, '')}.`);
  const content: unknown = contentOf(document, name) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new Error(`${name}: The file is not a mapping of settings.`);
  }
  const entries = new Map(Object.entries(content as object));
  for (const key of entries.keys()) {
    if (!knownKeys.includes(key)) throw new Error(`${name}: ${key} is not a setting.${hint(key, knownKeys)}`);
  }
  return entries;
}

/** Loaded if there is a file to read; at once, since nothing else can be done before. */
function yaml(): typeof import('yaml') {
  return createRequire(import.meta.url)('yaml');
}

function contentOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw new Error(`${name}: The file refers to an anchor that it does not have, or to too many.`);
  }
}

function hint(key: string, knownKeys: readonly string[]): string {
  return ` The nearest is ${nearest(key, knownKeys)}.`;
}

function readIfPresent(path: string, name: string, required: boolean): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !required) return '';
    throw new Error(`${name}: The file cannot be read (${code}).`);
  }
  return utf8Text(bytes, name);
}
