import { domainToASCII, domainToUnicode } from 'node:url';
import { LIMITS } from '../limits.ts';
import { hasInvisible } from './fold.ts';

const ATOM = "[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+";
const DOT_ATOM = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`);
const QUOTED = /^"(?:[!#-[\]-~]|\\[ -~])*"$/;
const LABEL = '[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?';
const LAST_LABEL = '[0-9A-Za-z][0-9A-Za-z-]{0,61}[0-9A-Za-z]';
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+${LAST_LABEL}$`);
const BYTE = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])';
const IPV4_LITERAL = new RegExp(`^\\[${BYTE}(?:\\.${BYTE}){3}\\]$`);

/**
 * Whether a text is an e-mail address: a dot-atom or a quoted local part in ASCII; a domain of at least two labels,
 * `[ipv4]` or `localhost`. A domain beyond ASCII is judged by its punycode. An address with invisible characters, or
 * with a dot at the end of its domain, is refused.
 */
export function isEmailAddress(text: string): boolean {
  return partsOf(text) !== undefined;
}

/**
 * The form in which e-mail addresses are compared, counted and looked up: in lower case, the local part without
 * quotation marks that it does not need, the domain in punycode. White space at the ends and the full-width forms of
 * letters are forgiven, because people paste addresses. Undefined if the text is not an address.
 * `Ada@BÜCHER.example` and `ada@xn--bcher-kva.example` are one.
 */
export function canonicalEmail(text: string): string | undefined {
  // Far longer texts are not worth their normalisation.
  if (text.length > 4 * LIMITS.email_length || !text.isWellFormed()) return undefined;
  const parts = partsOf(text.normalize('NFKC').trim());
  return parts && `${unquoted(parts.local).toLowerCase()}@${parts.asciiDomain}`;
}

/**
 * The form in which an address is kept, shown and written to: as it was typed, but for a domain beyond ASCII, which
 * is in the one spelling that its punycode stands for. Undefined if the text is not an address.
 */
export function keptEmail(text: string): string | undefined {
  const parts = partsOf(text);
  if (!parts) return undefined;
  return isAscii(parts.domain) ? text : `${parts.local}@${domainToUnicode(parts.asciiDomain)}`;
}

interface Parts {
  readonly local: string;
  readonly domain: string;
  /** In lower case and punycode. */
  readonly asciiDomain: string;
}

function partsOf(text: string): Parts | undefined {
  if (text.length > LIMITS.email_length || !text.isWellFormed()) return undefined;
  const at = text.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!DOT_ATOM.test(local) && !QUOTED.test(local)) return undefined;
  const asciiDomain = inAscii(domain);
  return asciiDomain === undefined ? undefined : { local, domain, asciiDomain };
}

/** A domain in lower case and punycode; undefined if mail cannot be sent there. */
function inAscii(domain: string): string | undefined {
  const lower = domain.toLowerCase();
  if (isAscii(domain)) {
    return lower === 'localhost' || DOMAIN.test(lower) || IPV4_LITERAL.test(lower) ? lower : undefined;
  }
  // Only what is beyond ASCII is converted: the conversion forgives more about plain domains than mail does.
  if (/[\s\u0000-\u001f\u007f-\u009f]/.test(domain) || hasInvisible(domain)) return undefined;
  const ascii = domainToASCII(domain);
  return DOMAIN.test(ascii) ? ascii : undefined;
}

function isAscii(text: string): boolean {
  return !/[^\u0000-\u007f]/.test(text);
}

/** A quoted local part without its quotation marks where it needs none (RFC 5321, 4.1.2). */
function unquoted(local: string): string {
  if (!local.startsWith('"')) return local;
  const content = local.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  return DOT_ATOM.test(content) ? content : `"${content.replaceAll(/["\\ ]/g, '\\$&')}"`;
}
