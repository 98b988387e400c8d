import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { utf8Text } from '@purser/text/utf8-text';
import { Eta, type EtaConfig, EtaRuntimeError } from 'eta/core';

/** What is wrong with a template, place included. */
class TemplateError extends Error {}

/** Compiles and runs templates; a fault in one is reported as `FILE, line N: …`. */
export class TemplateEngine {
  readonly #eta: Eta;
  readonly #locate: (reference: string) => string;

  /** @param locate the path of the file that a template's own words refer to; throws if there is none. */
  constructor(config: Partial<EtaConfig>, locate: (reference: string) => string) {
    // `debug` is what makes it know the line in which something failed.
    this.#eta = new Eta({ ...config, cache: true, debug: true });
    this.#locate = locate;
    this.#eta.resolvePath = locate;
    this.#eta.readFile = (path) => this.#checked(utf8Text(readFileSync(path), path), path);
  }

  /** Why the template in a file cannot be read or compiled; undefined if it can. */
  faultOf(reference: string): string | undefined {
    try {
      const path = this.#locate(reference);
      this.#checked(utf8Text(readFileSync(path), path), path);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Runs the template in a file. */
  write(reference: string, data: object): string {
    return placed(() => this.#eta.render(reference, data));
  }

  /** A template that has been read already, from the file at `path`, ready to run. */
  compiled(source: string, path: string): (data: object) => string {
    const template = this.#eta.compile(this.#checked(source, path), { filepath: path });
    return (data) => placed(() => this.#eta.render(template, data, { filepath: path }));
  }

  /** The source, if it compiles. */
  #checked(source: string, path: string): string {
    try {
      this.#eta.compile(source, { filepath: path });
      return source;
    } catch (error) {
      throw this.#misspelt(error as Error, source, path);
    }
  }

  #misspelt({ message }: Error, source: string, path: string): Error {
    const parsed = /^(.+) at line (\d+) col \d+:/.exec(message);
    if (parsed) return new TemplateError(`${path}, line ${parsed[2]}: There is an ${parsed[1]}.`);
    const code = `(function (it, options) {${this.#eta.compileToString(source)}\n})`;
    try {
      new Script(code, { filename: 'template' });
    } catch (error) {
      const { stack = '', message: reason } = error as Error;
      const end = Number(/^template:(\d+)/.exec(stack)?.[1] ?? 0);
      // The code notes in which line of the template it is; the last note before the fault is the place.
      const notes = code
        .split('\n')
        .slice(0, end)
        .join('\n')
        .match(/^__eta\.line=\d+/gm);
      return new TemplateError(
        `${path}, line ${notes?.at(-1)?.slice('__eta.line='.length) ?? 1}: ${reason}.`,
      );
    }
    return new TemplateError(`${path}: ${message}`);
  }
}

/** Says where in which template something failed: the innermost place, as a frame fails inside of what it frames. */
function placed(run: () => string): string {
  try {
    return run();
  } catch (error) {
    let place = '';
    let cause = error;
    while (cause instanceof EtaRuntimeError) {
      place = /^(.*):(\d+)\n/.exec(cause.message)?.slice(1).join(', line ') ?? '';
      cause = cause.cause;
    }
    if (cause instanceof TemplateError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TemplateError(place === '' ? reason : `${place}: ${reason}`, { cause });
  }
}
