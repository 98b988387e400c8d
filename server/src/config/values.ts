import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isGivenSecret } from '../lib/given-secret.ts';
import { isEmailAddress } from '../lib/text/email-address.ts';
import { asNetwork } from '../lib/text/network-address.ts';
import { maskUrl } from './masking.ts';

/** Why a value is wrong: a sentence, or several; the place is put before each. */
export class SettingError extends Error {
  readonly sentences: readonly string[];

  constructor(...sentences: string[]) {
    super(sentences.join('\n'));
    this.sentences = sentences;
  }
}

/**
 * Reads a raw value: a text of the environment, or whatever the file holds.
 * @param cwd what paths are relative to
 * @param warn hears in a sentence what the value says and this service cannot honour
 */
export type Reader = (raw: unknown, cwd: string, warn?: (sentence: string) => void) => unknown;

function shown(raw: unknown): string {
  return typeof raw === 'string' ? `'${maskUrl(raw)}'` : JSON.stringify(raw);
}

const wrong = (raw: unknown, kind: string): SettingError => new SettingError(`${shown(raw)} is not ${kind}.`);

/** One line of text that is not empty. */
export const text: Reader = (raw) => {
  if (typeof raw !== 'string' || raw.trim() === '' || /[\u0000-\u001f\u007f]/.test(raw)) {
    throw wrong(raw, typeof raw === 'string' ? 'one line of text' : 'a text; put it in quotes');
  }
  return raw;
};

/** An integer written in digits, from `min` to `max`. */
function integer(raw: unknown, kind: string, min: number, max: number): number {
  const value = typeof raw === 'string' && /^[0-9]{1,15}$/.test(raw) ? Number(raw) : raw;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw wrong(raw, `${kind} (${min} to ${max})`);
  }
  return value;
}

/** An integer written in digits, as a reader of settings. */
export const wholeNumber =
  (kind: string, min: number, max: number): Reader =>
  (raw) =>
    integer(raw, kind, min, max);

export const port: Reader = (raw) => integer(raw, 'a port', 1, 65_535);

const HOUR_MS = 3_600_000;
/** A hundred years: beyond it, "never" is meant. */
const HOURS_MAX = 876_600;

/** A number of hours, answered in milliseconds. */
export const hours: Reader = (raw) => integer(raw, 'a number of hours', 1, HOURS_MAX) * HOUR_MS;

/** An http or https URL, answered without trailing slashes. */
export const httpUrl: Reader = (raw) => {
  const kind = 'an http or https URL without user, query and fragment';
  if (typeof raw !== 'string' || !URL.canParse(raw)) throw wrong(raw, kind);
  const url = new URL(raw);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!plain || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw wrong(raw, kind);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
};

/** An address or a name to listen on; an IPv6 address may stand in brackets, as URLs have it. */
export const host: Reader = (raw) => {
  const bare = typeof raw === 'string' ? (/^\[(.*)\]$/.exec(raw)?.[1] ?? raw) : '';
  const [address = ''] = bare.split('%', 1);
  const isName = /^(?=.{1,253}$)[a-z\d_](?:[\w-]*[a-z\d_])?(?:\.[a-z\d_](?:[\w-]*[a-z\d_])?)*$/i.test(bare);
  // URLs read a host that ends in a number as an IPv4 address, in forms that are refused here.
  const endsInNumber = /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(bare);
  if (isIP(address) !== 0 || (isName && !endsInNumber)) return bare;
  throw wrong(raw, 'an IP address or a host name, without a port');
};

/** A domain name, answered in lower case. */
export const domainName: Reader = (raw) => {
  const isName =
    typeof raw === 'string' &&
    /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i.test(raw);
  if (!isName || isIP(raw) !== 0) throw wrong(raw, 'a domain name');
  return raw.toLowerCase();
};

/** `sqlite:PATH`, made absolute, or a PostgreSQL URL. */
export const databaseUrl: Reader = (raw, cwd) => {
  if (typeof raw === 'string') {
    if (/^sqlite:./.test(raw)) return `sqlite:${resolve(cwd, raw.slice('sqlite:'.length))}`;
    if (/^postgres(?:ql)?:\/\//.test(raw) && URL.canParse(raw)) return raw;
  }
  throw wrong(raw, 'a database URL (sqlite:PATH or postgres://…)');
};

/** A path, made absolute. Its content is not checked here. */
export const directory: Reader = (raw, cwd) => resolve(cwd, text(raw, cwd) as string);

/** `console`, an SMTP URL, or `file:DIR`, made absolute. */
export const mailUrl: Reader = (raw, cwd) => {
  if (typeof raw === 'string') {
    if (raw === 'console') return raw;
    if (/^file:./.test(raw)) return `file:${resolve(cwd, raw.slice('file:'.length))}`;
    if (/^smtps?:\/\/./.test(raw) && URL.canParse(raw)) return raw;
  }
  throw wrong(raw, 'a mail URL (console, smtp://…, smtps://… or file:DIR)');
};

export const email: Reader = (raw) => {
  if (typeof raw !== 'string' || !isEmailAddress(raw)) throw wrong(raw, 'an e-mail address');
  return raw;
};

/** An address, or a name with the address in angle brackets. */
export const sender: Reader = (raw) => {
  const kind = "an e-mail address or 'Name <address>'";
  if (typeof raw !== 'string' || /[\u0000-\u001f\u007f]/.test(raw)) throw wrong(raw, kind);
  const address = /^[^<>]*<([^<>]*)>$/.exec(raw)?.[1] ?? raw;
  if (!isEmailAddress(address)) throw wrong(raw, kind);
  return raw;
};

/** Addresses as a list, or in one text with commas between them. */
export const emails: Reader = (raw, cwd) => {
  const list = typeof raw === 'string' ? raw.split(',').map((part) => part.trim()) : raw;
  if (!Array.isArray(list) || list.length === 0) throw wrong(raw, 'a list of e-mail addresses');
  return list.map((address) => email(address, cwd));
};

/** Names without commas and spaces, each once, as a list or in one text with commas between them. */
export const names: Reader = (raw) => {
  const list: unknown = typeof raw === 'string' ? raw.split(',').map((part) => part.trim()) : raw;
  const valid = Array.isArray(list) && list.length > 0 && new Set(list).size === list.length;
  if (!valid || !list.every((name) => typeof name === 'string' && /^[^\s,/]{1,255}$/.test(name))) {
    throw wrong(raw, 'a list of names, each once');
  }
  return list;
};

/** IP addresses and networks (`10.0.0.0/8`) as a list, or in one text with commas between them; none for an empty one. */
export const networks: Reader = (raw) => {
  const list: unknown = typeof raw === 'string' ? raw.split(',').map((part) => part.trim()) : raw;
  const kind = 'a list of IP addresses and networks such as 10.0.0.0/8';
  if (!Array.isArray(list)) throw wrong(raw, kind);
  for (const one of list) {
    if (typeof one !== 'string' || !asNetwork(one))
      throw new SettingError(`${shown(one)} is not in ${kind}.`);
  }
  return list;
};

/** Whole days as a list, or in one text with commas between them; none for an empty one. */
export const days: Reader = (raw) => {
  const list = typeof raw === 'string' ? raw.split(',').filter((part) => part.trim() !== '') : raw;
  const kind = 'a list of whole numbers of days, from 1 to 3650';
  if (!Array.isArray(list)) throw wrong(raw, kind);
  return list.map((one) => {
    const count = typeof one === 'string' ? Number(one) : one;
    if (!Number.isInteger(count) || count < 1 || count > 3650) throw wrong(raw, kind);
    return count;
  });
};

/** The value itself must not appear in an error. */
export const password = (min: number, max: number): Reader => {
  return (raw) => {
    if (typeof raw !== 'string') throw new SettingError('The password is not a text; put it in quotes.');
    if (raw.length < min || raw.length > max) {
      throw new SettingError(`The password must have ${min} to ${max} characters.`);
    }
    return raw;
  };
};

/** The value itself must not appear in an error. */
export const token: Reader = (raw) => {
  if (typeof raw === 'string' && isGivenSecret(raw)) return raw;
  throw new SettingError('The token must have 8 to 256 printable ASCII characters and no spaces.');
};

/** RFC 6265 4.1.1: a cookie's name is an HTTP token. */
export const cookieName: Reader = (raw) => {
  if (typeof raw === 'string' && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/.test(raw)) return raw;
  throw wrong(raw, 'a name for a cookie');
};

/** Yes or no, as YAML and as variables have it. */
export const yesOrNo: Reader = (raw) => {
  if (raw === true || raw === 'true') return true;
  if (raw === false || raw === 'false') return false;
  throw wrong(raw, 'true or false');
};

export const oneOf = (...words: string[]): Reader => {
  return (raw) => {
    if (typeof raw === 'string' && words.includes(raw)) return raw;
    throw wrong(raw, `one of ${words.join(', ')}`);
  };
};

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names, and for each of them keys with values. */
export const metadata: Reader = (raw) => {
  if (!isMapping(raw)) throw wrong(raw, 'a mapping from names to their settings');
  // A group of which every setting is commented out is null.
  const given = Object.entries(raw).map(([name, value]): [string, unknown] => [name, value ?? {}]);
  const wrongOnes = given.filter(([, value]) => !isMapping(value));
  if (wrongOnes.length > 0) {
    throw new SettingError(...wrongOnes.map(([name]) => `The settings of '${name}' are not a mapping.`));
  }
  return Object.fromEntries(given);
};

/** Programs that may receive a token: URL schemes without a colon, and origins; as a list, or in one text with commas. */
export const programTargets: Reader = (raw) => {
  const list: unknown =
    typeof raw === 'string'
      ? raw
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : raw;
  if (!Array.isArray(list)) throw wrong(raw, 'a list of URL schemes and origins');
  return list.map((one) => {
    const text = String(one);
    if (/^[a-z][a-z0-9+.-]*$/i.test(text) && !/^https?$/i.test(text)) return text.toLowerCase();
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '').toLowerCase()) {
      return url.origin;
    }
    throw wrong(one, 'a URL scheme such as pithos, or an origin such as https://app.example.org');
  });
};

/** Regular expressions as a list, or in one text with one on each line. */
export const patterns: Reader = (raw) => {
  const list: unknown = typeof raw === 'string' ? raw.split('\n').filter((line) => line.trim() !== '') : raw;
  if (!Array.isArray(list)) throw wrong(raw, 'a list of regular expressions');
  return list.map((one) => {
    try {
      new RegExp(`^(?:${text(one, '')})$`, 'iu');
      return one;
    } catch {
      throw wrong(one, 'a regular expression');
    }
  });
};
