import type { Domain } from '../../../domain.ts';
import { escapeHtml } from '../../kernel/html-page.ts';
import { type Filled, formPage } from '../form-page.ts';
import { addressOf, link, linkList, type PageContent, paragraph } from '../frame.ts';
import type { Outcome, Visit } from '../page-route.ts';

/**
 * The form in which a person who must have a second factor sets up an authenticator app. The key for the app is made
 * when the form is shown first, and stays the same while codes are wrong.
 */
export async function enrolmentForm(
  domain: Domain,
  { words }: Visit,
  hidden: Record<string, string>,
  filled: Filled & { status?: number },
): Promise<PageContent> {
  const { enrolment, secondFactor } = words;
  const [shown, app] = [filled.entered?.get('secret'), filled.entered?.get('uri')];
  const key =
    shown && app?.startsWith('otpauth://')
      ? { secret: shown, uri: app }
      : await domain.enrolmentAtSignIn.beginTotp(hidden['ticket'] ?? '');
  return formPage(
    {
      title: enrolment.title,
      texts: [enrolment.text],
      above:
        `<p>${escapeHtml(enrolment.secret)}: <code>${escapeHtml(spaced(key.secret))}</code></p>` +
        `<p><a href="${escapeHtml(key.uri)}">${escapeHtml(enrolment.open)}</a></p>`,
      plain: true,
      form: {
        action: addressOf(domain, '/ui/login/enrolment'),
        fields: [
          {
            name: 'code',
            label: secondFactor.code,
            kind: 'code',
            hint: secondFactor.codeHint,
            autocomplete: 'one-time-code',
            focus: true,
          },
        ],
        hidden: { ...hidden, ...key },
        button: secondFactor.button,
      },
      links: [link(domain, '/ui/login', secondFactor.startAgain)],
    },
    words,
    filled,
  );
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
