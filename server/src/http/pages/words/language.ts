import type { FastifyRequest } from 'fastify';
import { cookieOf } from '../../kernel/cookies.ts';
import { el } from './el.ts';
import { en, type Words } from './en.ts';

const LANGUAGES = { en, el } as const satisfies Record<string, Words>;

/** A language that the pages are written in. */
export type Language = keyof typeof LANGUAGES;

/** The name of each language, in that language. */
export const LANGUAGE_NAMES = { en: 'English', el: 'Ελληνικά' } as const satisfies Record<Language, string>;

export const wordsIn = (language: Language): Words => LANGUAGES[language];

const isLanguage = (text: string | undefined): text is Language =>
  text !== undefined && Object.hasOwn(LANGUAGES, text);

/** The cookie that holds the language that a visitor has chosen on a page. */
export const LANGUAGE_COOKIE = 'purser_language';

/** The language that a visitor chooses with this request: the parameter `lang`. */
export function chosenLanguage({ query }: FastifyRequest): Language | undefined {
  const { lang } = query as { lang?: unknown };
  return typeof lang === 'string' && isLanguage(lang) ? lang : undefined;
}

/**
 * The language of a page: the one chosen with this request or an earlier one, the first language of `Accept-Language`
 * that the pages have, or English.
 */
export function languageOf(request: FastifyRequest): Language {
  const earlier = cookieOf(request.headers.cookie, LANGUAGE_COOKIE);
  return (
    chosenLanguage(request) ??
    (isLanguage(earlier) ? earlier : preferred(request.headers['accept-language'] ?? '')) ??
    'en'
  );
}

/** The language with the highest weight (RFC 9110, 12.5.4) that the pages have. */
function preferred(header: string): Language | undefined {
  return header
    .split(',', 20)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
      const q = parameters.find((one) => one.startsWith('q='))?.slice(2);
      return { language: range.split('-', 1)[0], weight: q === undefined ? 1 : Number(q) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ language }) => language)
    .find(isLanguage);
}
