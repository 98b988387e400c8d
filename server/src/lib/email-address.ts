import { domainToASCII } from 'node:url';
import { LIMITS } from './limits.ts';

const DOT_ATOM = /^[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+)*$/;
const QUOTED = /^"(?:[!#-[\]-~]|\\[ -~])*"$/;
const LABEL = '[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?';
const LAST_LABEL = '[0-9A-Za-z][0-9A-Za-z-]{0,61}[0-9A-Za-z]';
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+${LAST_LABEL}$`);
const BYTE = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])';
const IPV4_LITERAL = new RegExp(`^\\[${BYTE}(?:\\.${BYTE}){3}\\]$`);

function isDomain(domain: string): boolean {
  return domain.toLowerCase() === 'localhost' || DOMAIN.test(domain) || IPV4_LITERAL.test(domain);
}

/**
 * Whether a text is an e-mail address (spec identity 2.1): a dot-atom or a quoted local part; a domain of at least
 * two labels, `[ipv4]` or `localhost`. A domain beyond ASCII is judged by its punycode.
 */
export function isEmailAddress(text: string): boolean {
  if (text.length > LIMITS.email_length || !text.isWellFormed()) return false;
  const at = text.lastIndexOf('@');
  if (at < 1) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!DOT_ATOM.test(local) && !QUOTED.test(local)) return false;
  if (isDomain(domain)) return true;
  // Only what is beyond ASCII is retried: the conversion forgives more about plain domains than mail does.
  if (!/[^\u0000-\u007f]/.test(domain) || /[\s\u0000-\u001f\u007f-\u009f]/.test(domain)) return false;
  return !domain.endsWith('.') && DOMAIN.test(domainToASCII(domain));
}
