import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { utf8Text } from '@purser/text/utf8-text';
import type { Document } from 'yaml';

/**
 * The keys and values of a configuration file. It may be absent unless it is `required`.
 * Throws an Error with a sentence if it cannot be read or is not a mapping.
 * @param name as the operator wrote it; it stands in every message.
 */
export function readYamlFile(cwd: string, name: string, required: boolean): Map<string, unknown> {
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
  return new Map(Object.entries(content as object));
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
