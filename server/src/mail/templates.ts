import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utf8Text } from '@purser/text/utf8-text';
import { TemplateEngine } from './template-engine.ts';
import { watched } from './watched.ts';

/** A mail that can be written: from `FOLDER/NAME.txt.eta` and `FOLDER/NAME.html.eta`. */
export interface Template<D extends object> {
  readonly folder: string;
  /** What its data can look like: with and without what may be missing. The first one has everything. */
  readonly examples: readonly [D, ...D[]];
}

/** Templates by their names, and the data of each. */
export type TemplateTable<T> = { readonly [N in keyof T]: Template<T[N] & object> };

/** Names the templates of a part of the service, whose files are in one folder. */
export function templatesIn<T>(
  folder: URL,
  examples: { readonly [N in keyof T]: Template<T[N] & object>['examples'] },
): TemplateTable<T> {
  const path = fileURLToPath(folder);
  const entries = Object.entries(examples).map(([name, list]) => [name, { folder: path, examples: list }]);
  return Object.fromEntries(entries) as TemplateTable<T>;
}

/** The mails that belong to no part of the service. */
export interface ServiceMails {
  /** A user's word to the operators. */
  feedback: { service: string; uuid: string; email: string; name: string; message: string; data: string };
  /** To the owner of an accepted account; `url` is where to log in. */
  'account-accepted': { service: string; username: string; url: string };
  /** To the owner of a rejected account; the reason is empty where none was given. */
  'account-rejected': { service: string; username: string; reason: string };
  /** To an address that was entered at a sign-up; `url` confirms it within `hours`. */
  'account-verification': { service: string; username: string; url: string; hours: number };
  /** To the owner of an account whose address was entered at a sign-up; `url` signs in, `reset` sets a new password. */
  'account-exists': { service: string; username: string; url: string; reset: string };
  /** To the owner of an account that waits for an operator. */
  'account-waiting': { service: string; username: string };
  /** To the owner of a suspended account; the reason is empty where none was given. */
  'account-suspended': { service: string; username: string; reason: string };
  /** To the owner of an account that is active again; `url` is where to log in. */
  'account-reactivated': { service: string; username: string; url: string };
  /** To the owner of an account whose password changed; `reset` sets a new one. */
  'account-password-changed': { service: string; username: string; reset: string };
  /** To operators: an account waits for approval; `command` approves it. */
  'account-pending': AccountNotice;
  /** To operators: an account was accepted, by the rule `policy`. */
  'account-activated': AccountNotice;
  /** To a user with a new method of signing in; the name is empty where the method has none. */
  'sign-in-method-added': SignInMethodMail;
  /** To a user from whose account a method was removed. */
  'sign-in-method-removed': SignInMethodMail;
}

interface AccountNotice {
  readonly service: string;
  readonly username: string;
  readonly email: string;
  readonly name: string;
  readonly policy: string;
  readonly command: string;
}

interface SignInMethodMail {
  service: string;
  username: string;
  method: string;
  name: string;
}

const COMMON = new URL('./templates/', import.meta.url);

const feedback = {
  service: 'Example Cloud',
  uuid: '3f2a7c1e-58d4-4b0e-9a56-0c8f1d2e7b94',
  email: 'ada@example.org',
  name: 'Ada Lovelace',
  message: 'The engine works.',
  data: 'Mozilla/5.0',
};

const account = { service: feedback.service, username: feedback.email };
const notice = {
  ...account,
  email: feedback.email,
  name: feedback.name,
  policy: 'manual',
  command: `purser approval approve ${feedback.uuid}`,
};
const rejected = { service: feedback.service, username: feedback.email, reason: 'The institute is unknown.' };

const newMethod = { service: feedback.service, username: feedback.email, method: 'a passkey', name: 'Phone' };

export const SERVICE_MAILS = templatesIn<ServiceMails>(COMMON, {
  feedback: [feedback, { ...feedback, data: '' }],
  'account-accepted': [
    { service: feedback.service, username: feedback.email, url: 'https://cloud.example.org/ui/' },
  ],
  'account-rejected': [rejected, { ...rejected, reason: '' }],
  'account-verification': [{ ...account, url: 'https://cloud.example.org/ui/activate?auth=Zr3q', hours: 72 }],
  'account-exists': [
    {
      ...account,
      url: 'https://cloud.example.org/ui/login',
      reset: 'https://cloud.example.org/ui/password_reset',
    },
  ],
  'account-waiting': [account],
  'account-suspended': [rejected, { ...rejected, reason: '' }],
  'account-reactivated': [{ ...account, url: 'https://cloud.example.org/ui/login' }],
  'account-password-changed': [{ ...account, reset: 'https://cloud.example.org/ui/password_reset' }],
  'account-pending': [notice],
  'account-activated': [notice],
  'sign-in-method-added': [newMethod, { ...newMethod, name: '' }],
  'sign-in-method-removed': [newMethod, { ...newMethod, name: '' }],
});

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What stands around the HTML of every mail. */
const FRAME = 'frame.html.eta';
const FORMATS = ['.txt.eta', '.html.eta'];
/** Languages, beside English, in which a mail may be written: from `NAME.LANGUAGE.txt.eta` and its HTML. */
const LANGUAGES = ['el'];
/** How lines of a file may end. */
const LINE_END = /\r\n|\r|\n/;
/** Whatever would end a line of a header, or has no business in one. */
const BREAKS = /[\s\u0000-\u001f\u007f-\u009f]+/g;

/** Writes mails from templates; an operator's folder of templates wins over what is built in. */
export class Templates<T> {
  readonly #table: Readonly<Record<string, Template<object>>>;
  readonly #builtIn: Writer;
  readonly #own: Writer | undefined;
  readonly #onError: (error: unknown) => void;

  /**
   * @param folder an operator's templates. Every one is tried with the examples: throws an Error with a sentence
   * that names the file, and the line where that is known, if one does not work or is not known.
   * @param onError hears of a template of the operator's that fails with real data; the built-in one steps in.
   */
  constructor(
    table: TemplateTable<T>,
    {
      folder,
      onError = () => undefined,
    }: { folder?: string | undefined; onError?: (error: unknown) => void } = {},
  ) {
    this.#table = table as Readonly<Record<string, Template<object>>>;
    this.#onError = onError;
    const files = new Map([[FRAME, join(fileURLToPath(COMMON), FRAME)]]);
    for (const [name, template] of Object.entries(this.#table)) {
      for (const format of FORMATS) {
        files.set(name + format, join(template.folder, name + format));
        for (const language of LANGUAGES) {
          const file = `${name}.${language}${format}`;
          if (existsSync(join(template.folder, file))) files.set(file, join(template.folder, file));
        }
      }
    }
    this.#builtIn = new Writer(files);
    this.#own = folder === undefined ? undefined : this.#open(folder, files);
  }

  /**
   * Writes a mail. What is in `data` is text, in HTML too; the subject is one line whatever it holds.
   * @param language of the recipient; English where the mail is not written in it
   */
  render<N extends keyof T & string>(name: N, data: T[N] & object, language?: string | null): RenderedMail {
    if (this.#own) {
      try {
        return this.#own.write(this.#own.in(name, language), data);
      } catch (error) {
        // The change has been made, and must not fail because of a template.
        this.#onError(error);
      }
    }
    return this.#builtIn.write(this.#builtIn.in(name, language), data);
  }

  #open(folder: string, builtIn: ReadonlyMap<string, string>): Writer {
    const given = filesIn(folder);
    for (const file of given) {
      if (builtIn.has(file)) continue;
      throw new Error(
        `${join(folder, file)} is not the name of a template; nothing else may be in the folder.`,
      );
    }
    const writer = new Writer(
      new Map([...builtIn, ...given.map((file) => [file, join(folder, file)] as const)]),
    );
    const changed = (name: string) =>
      given.includes(FRAME) || FORMATS.some((format) => given.includes(name + format));
    for (const [name, { examples }] of Object.entries(this.#table)) {
      for (const one of [name, ...LANGUAGES.map((language) => writer.in(name, language))]) {
        if (changed(one)) for (const example of examples) writer.write(one, watched(example));
      }
    }
    return writer;
  }
}

/** Hidden files and the backup copies of editors do not count. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => !file.startsWith('.') && !file.endsWith('~'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The folder of mail templates ${folder} cannot be read (${code}).`);
  }
}

interface PlainTemplate {
  readonly subject: (data: object) => string;
  readonly body: (data: object) => string;
}

/** Writes mails from one choice of files. A file is read and compiled when it is first needed. */
class Writer {
  readonly #files: ReadonlyMap<string, string>;
  /** Plain text is written as it is; what goes into HTML is escaped. */
  readonly #plain: TemplateEngine;
  readonly #markup: TemplateEngine;
  readonly #read = new Map<string, PlainTemplate>();

  /** @param files where each template is, by the name of its file. */
  constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
    const locate = (reference: string) => this.#locate(basename(reference));
    this.#plain = new TemplateEngine({ autoEscape: false, autoTrim: false }, locate);
    this.#markup = new TemplateEngine({ autoEscape: true }, locate);
  }

  /** The name of a template in a language; the name itself where there is none. */
  in(name: string, language: string | null | undefined): string {
    const translated = `${name}.${language}`;
    return this.#files.has(`${translated}.txt.eta`) ? translated : name;
  }

  write(name: string, data: object): RenderedMail {
    const { subject, body } = this.#plainTemplate(name);
    const line = subject(data).replace(BREAKS, ' ').trim();
    if (line === '') throw new Error(`${this.#locate(`${name}.txt.eta`)}, line 1: The subject is empty.`);
    return {
      subject: line,
      text: `${body(data).trim()}\n`,
      html: this.#markup.write(`${name}.html.eta`, data),
    };
  }

  #locate(file: string): string {
    const path = this.#files.get(file);
    if (path === undefined) throw new Error(`There is no template '${file}'.`);
    return path;
  }

  /** The first line of a plain template is the subject, the second is empty, the rest is the body. */
  #plainTemplate(name: string): PlainTemplate {
    const known = this.#read.get(name);
    if (known) return known;
    const path = this.#locate(`${name}.txt.eta`);
    const [subject = '', empty = '', ...body] = utf8Text(readFileSync(path), path).split(LINE_END);
    if (empty.trim() !== '') {
      throw new Error(`${path}, line 2: It must be empty; the first line is the subject.`);
    }
    // Two lines in the place of those that are not the body keep the numbers of lines right.
    const template = {
      subject: this.#plain.compiled(subject, path),
      body: this.#plain.compiled(['', '', ...body].join('\n'), path),
    };
    this.#read.set(name, template);
    return template;
  }
}
