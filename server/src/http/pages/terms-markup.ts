import type { TermsVersion } from '../../directory/terms/terms.ts';
import { escapeHtml } from '../kernel/html-page.ts';
import type { Visitor } from './visitor.ts';

/** The text of terms of service with its date, as markup. It scrolls, so it can be reached by the keyboard. */
export function termsMarkup({ text, issuedAt }: TermsVersion, { words, language }: Visitor): string {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(issuedAt);
  const issued = escapeHtml(words.terms.issued(date));
  return `\n<p class="hint">${issued}</p>\n<div class="terms" tabindex="0" role="region" aria-label="${escapeHtml(words.terms.title)}">${escapeHtml(text)}</div>\n`;
}
