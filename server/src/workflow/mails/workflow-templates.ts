import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { forgiving } from '../../mail/forgiving.ts';
import { TemplateEngine } from '../../mail/template-engine.ts';
import type { FeatureRegistry } from '../features/feature-registry.ts';

/** The folder of the built-in templates. */
const BUILT_IN = new URL('./templates/', import.meta.url).pathname;

/** Built-in templates, which fit every task. */
export type BuiltInTemplate = 'initial.txt' | 'token.txt' | 'completed.txt' | 'notification.txt';

/**
 * The templates of the workflow's mails. Settings name them, for example `token.txt` or `token.html`; the file name ends
 * in `.eta`. Of several files with one name the operator's is used, then that of the last feature set.
 */
export class WorkflowTemplates {
  readonly #files = new Map<string, string>();
  /** For plain text, without escaping; HTML is escaped. */
  readonly #plain: TemplateEngine;
  readonly #markup: TemplateEngine;
  /** For the built-in templates only. */
  readonly #builtIn: TemplateEngine;

  /** @param folder an operator's templates. Throws an Error with a sentence if it cannot be read. */
  constructor(featureFolders: readonly string[], folder: string | undefined) {
    for (const from of [BUILT_IN, ...featureFolders, ...(folder === undefined ? [] : [folder])]) {
      for (const file of filesIn(from)) this.#files.set(file, join(from, file));
    }
    const locate = (reference: string) => this.#locate(basename(reference));
    this.#plain = new TemplateEngine({ ...LENIENT, autoEscape: false, autoTrim: false }, locate);
    this.#markup = new TemplateEngine({ ...LENIENT, autoEscape: true }, locate);
    const locateBuiltIn = (reference: string) => join(BUILT_IN, basename(reference));
    this.#builtIn = new TemplateEngine({ ...LENIENT, autoEscape: false, autoTrim: false }, locateBuiltIn);
  }

  /** Throws an Error with one sentence per template that is named and does not exist, or that cannot be compiled. */
  check(registry: FeatureRegistry): void {
    const faults = new Set<string>();
    for (const { place, name } of registry.templatesNamed()) {
      if (!this.#files.has(fileOf(name)))
        faults.add(`${place} has the template '${name}', which is not there.`);
    }
    for (const [file, path] of this.#files) {
      // The templates of the service are tested, and compiling them would delay every start.
      const fault = path.startsWith(BUILT_IN) ? undefined : this.#plain.faultOf(file);
      if (fault !== undefined) faults.add(fault);
    }
    if (faults.size > 0) throw new Error([...faults].join('\n'));
  }

  /** Unknown names are rendered as empty texts. */
  text(name: string, data: object): string {
    return `${forgiving(data, (it) => this.#plain.write(fileOf(name), it)).trim()}\n`;
  }

  html(name: string, data: object): string {
    return forgiving(data, (it) => this.#markup.write(fileOf(name), it));
  }

  /** The text of a built-in template, also if an operator's file has its name. */
  builtInText(name: BuiltInTemplate, data: object): string {
    return `${forgiving(data, (it) => this.#builtIn.write(fileOf(name), it)).trim()}\n`;
  }

  #locate(file: string): string {
    const path = this.#files.get(file);
    if (path === undefined) throw new Error(`There is no template '${file}'.`);
    return path;
  }
}

/** Null and undefined are rendered as empty texts. */
const LENIENT = { autoFilter: true, filterFunction: (value: unknown) => String(value ?? '') };

const fileOf = (name: string): string => `${name}.eta`;

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.eta') && !file.startsWith('.'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The folder of workflow templates ${folder} cannot be read (${code}).`);
  }
}
