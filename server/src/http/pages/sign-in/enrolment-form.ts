import type { Domain } from '../../../domain.ts';
import { escapeHtml } from '../../kernel/html-page.ts';
import { type Filled, formPage } from '../form-page.ts';
import { addressOf, link, linkList, type PageContent, paragraph } from '../frame.ts';
import type { Outcome, Visit } from '../page-route.ts';

/**
 * The form in which a person who must have a second factor sets up an authenticator app. It begins without a key for
 * the app; the button makes one, which stays the same while codes are wrong.
 */
export function enrolmentForm(
  domain: Domain,
  { words }: Visit,
  hidden: Record<string, string>,
  filled: Filled & { status?: number },
): PageContent {
  const { enrolment, secondFactor } = words;
  const key = keyIn(filled.entered);
  return formPage(
    {
      title: enrolment.title,
      texts: [enrolment.text],
      ...(key && { above: keyMarkup(key, words) }),
      plain: true,
      form: {
        action: addressOf(domain, ADDRESS),
        fields: key
          ? [
              {
                name: 'code',
                label: secondFactor.code,
                kind: 'code',
                hint: secondFactor.codeHint,
                autocomplete: 'one-time-code',
                focus: true,
              },
            ]
          : [],
        hidden: { ...hidden, ...key },
        button: key ? secondFactor.button : enrolment.begin,
      },
      links: [link(domain, '/ui/login', secondFactor.startAgain)],
    },
    words,
    filled,
  );
}

/** The address that the form is sent to. */
export const ADDRESS = '/ui/login/enrolment';

/** The key for the app in a form that was sent; undefined before it was made. */
export function keyIn(entries: URLSearchParams | undefined): { secret: string; uri: string } | undefined {
  const [secret, uri] = [entries?.get('secret'), entries?.get('uri')];
  return secret && uri?.startsWith('otpauth://') ? { secret, uri } : undefined;
}

function keyMarkup({ secret, uri }: { secret: string; uri: string }, { enrolment }: Visit['words']): string {
  const shown = `<p>${escapeHtml(enrolment.secret)}: <code>${escapeHtml(spaced(secret))}</code></p>`;
  return `${shown}<p><a href="${escapeHtml(uri)}">${escapeHtml(enrolment.open)}</a></p>`;
}

/** The outcome of the enrolment, with the recovery codes, which are shown once. */
export function withRecoveryCodes(
  domain: Domain,
  { words }: Visit,
  outcome: Outcome,
  codes: readonly string[],
): PageContent {
  const { enrolment, secondFactor } = words;
  const list = codes.map((code) => `<li><code>${escapeHtml(code)}</code></li>`).join('\n');
  const markup = `${paragraph(enrolment.codes)}\n<ul>\n${list}\n</ul>`;
  if (!('redirect' in outcome)) return { ...outcome, body: markup + outcome.body };
  const { redirect } = outcome;
  const address = redirect.startsWith('/') ? addressOf(domain, redirect) : redirect;
  const onward = `<a href="${escapeHtml(address)}">${escapeHtml(secondFactor.button)}</a>`;
  return { title: enrolment.codesTitle, body: markup + linkList([onward]) };
}

/** In groups of four, which are easier to type. */
const spaced = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');
