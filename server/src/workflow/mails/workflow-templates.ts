import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { forgiving } from '../../mail/forgiving.ts';
import { TemplateEngine } from '../../mail/template-engine.ts';
import type { FeatureRegistry } from '../features/feature-registry.ts';

/** The folder of the templates that are in force where nobody names another. */
const BUILT_IN = new URL('./templates/', import.meta.url).pathname;

/** Templates that come with the engine, and fit every task. */
export type BuiltInTemplate = 'initial.txt' | 'token.txt' | 'completed.txt' | 'notification.txt';

/**
 * The texts of the workflow's mails. Settings name them, `token.txt` or `token.html`; the file has `.eta` behind.
 * Of files of one name an operator's wins, then that of the last feature set.
 */
export class WorkflowTemplates {
  readonly #files = new Map<string, string>();
  /** Plain text is written as it is; what goes into HTML is escaped. */
  readonly #plain: TemplateEngine;
  readonly #markup: TemplateEngine;
  /** Of the templates that come with the engine alone. */
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

  /** Throws an Error with a sentence for each template that is named and not there, or that cannot be read. */
  check(registry: FeatureRegistry): void {
    const faults = new Set<string>();
    for (const { place, name } of registry.templatesNamed()) {
      if (!this.#files.has(fileOf(name)))
        faults.add(`${place} has the template '${name}', which is not there.`);
    }
    for (const [file, path] of this.#files) {
      // Those that ship with the service are known to be good, and compiling them would delay every start.
      const fault = path.startsWith(BUILT_IN) ? undefined : this.#plain.faultOf(file);
      if (fault !== undefined) faults.add(fault);
    }
    if (faults.size > 0) throw new Error([...faults].join('\n'));
  }

  /** Names that the data does not have are written as nothing. */
  text(name: string, data: object): string {
    return `${forgiving(data, (it) => this.#plain.write(fileOf(name), it)).trim()}\n`;
  }

  html(name: string, data: object): string {
    return forgiving(data, (it) => this.#markup.write(fileOf(name), it));
  }

  /** The text of a template that comes with the engine, whatever stands in its place. */
  builtInText(name: BuiltInTemplate, data: object): string {
    return `${forgiving(data, (it) => this.#builtIn.write(fileOf(name), it)).trim()}\n`;
  }

  #locate(file: string): string {
    const path = this.#files.get(file);
    if (path === undefined) throw new Error(`There is no template '${file}'.`);
    return path;
  }
}

/** What is null or not there is written as nothing. */
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
