import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { SignInResult } from '../../../signin/sign-in.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { clientOf, sendSessionCookie } from '../../kernel/session-cookie.ts';
import { type Filled, formPage, missingIn } from '../form-page.ts';
import type { FormErrors } from '../forms/form-fields.ts';
import { newPasswordFields } from '../forms/new-password-fields.ts';
import { addressOf, link, type PageContent } from '../frame.ts';
import { allowedNext } from '../next-address.ts';
import { type Outcome, pageAt, type Visit } from '../page-route.ts';
import { termsMarkup } from '../terms-markup.ts';
import type { Words } from '../words/en.ts';
import { ADDRESS, enrolmentForm, keyIn, withRecoveryCodes } from './enrolment-form.ts';

/** Where a sign-in leads that names no other page. */
const LANDING = '/ui/landing';

/** The sign-in pages: name and password, then what the account needs beyond them (web §1). */
export function signInPages(domain: Domain): RouteTable {
  const { signIn, enrolmentAtSignIn, terms } = domain;

  const signInForm = (
    visit: Visit,
    next: string | undefined,
    filled: Filled & { status?: number; resend?: boolean } = {},
  ) => {
    const { words } = visit;
    return formPage(
      {
        title: words.signIn.title,
        plain: true,
        form: {
          action: addressOf(domain, '/ui/login'),
          fields: [
            {
              name: 'username',
              label: words.signIn.name,
              kind: 'text',
              autocomplete: 'username webauthn',
              focus: true,
            },
            {
              name: 'password',
              label: words.signIn.password,
              kind: 'password',
              autocomplete: 'current-password',
            },
          ],
          ...(next !== undefined && { hidden: { next } }),
          button: words.signIn.button,
        },
        links: [
          link(domain, '/ui/password_reset', words.signIn.forgotten),
          ...(domain.signUps.policy.isOpen ? [link(domain, '/ui/signup', words.signIn.noAccount)] : []),
          ...(filled.resend ? [link(domain, '/ui/send/activation', words.signIn.resend)] : []),
        ],
      },
      words,
      filled,
    );
  };

  /** The page of the next step, or the address after the last one. */
  const proceed = async (visit: Visit, entries: URLSearchParams, result: SignInResult): Promise<Outcome> => {
    const next = await allowedNext(domain, entries.get('next'));
    if (result.started) {
      sendSessionCookie(visit.reply, result.started.secret);
      return { redirect: next ?? LANDING };
    }
    const { step, ticket } = result.next;
    return stepPage(visit, step, { ticket, ...(next !== undefined && { next }) });
  };

  const stepPage = async (
    visit: Visit,
    step: string,
    hidden: Record<string, string>,
    filled: Filled & { status?: number } = {},
  ): Promise<PageContent> => {
    const { words } = visit;
    switch (step) {
      case 'second_factor_required':
        return formPage(
          {
            title: words.secondFactor.title,
            plain: true,
            form: {
              action: addressOf(domain, '/ui/login/second-factor'),
              fields: [
                {
                  name: 'code',
                  label: words.secondFactor.code,
                  kind: 'code',
                  hint: words.secondFactor.codeHint,
                  autocomplete: 'one-time-code',
                  focus: true,
                },
              ],
              hidden,
              button: words.secondFactor.button,
            },
            links: [link(domain, '/ui/login', words.secondFactor.startAgain)],
          },
          words,
          filled,
        );
      case 'second_factor_enrolment_required':
        return enrolmentForm(domain, visit, hidden, filled);
      case 'password_change_required':
        return formPage(
          {
            title: words.password.requiredTitle,
            texts: [words.password.required],
            form: {
              action: addressOf(domain, '/ui/login/password'),
              fields: newPasswordFields(words, { focus: true }),
              hidden,
              button: words.password.button,
            },
          },
          words,
          filled,
        );
      default: {
        const current = await terms.current();
        if (!current) throw new PurserError('terms_not_found');
        return formPage(
          {
            title: words.terms.title,
            texts: [words.terms.pending],
            above: termsMarkup(current, visit.visitor),
            form: {
              action: addressOf(domain, '/ui/login/terms'),
              fields: [{ name: 'accept', label: words.terms.accept, kind: 'confirmation' }],
              hidden: { ...hidden, terms: String(current.id) },
              button: words.terms.button,
            },
          },
          words,
          filled,
        );
      }
    }
  };

  /** Runs a step; shows its page again with the errors of its entries. */
  const step =
    (
      code: string,
      required: readonly string[],
      /** Answers the result, or entries with which the page of the step is shown again. */
      work: (visit: Visit, entries: URLSearchParams) => Promise<SignInResult | URLSearchParams>,
    ) =>
    async (visit: Visit, entries: URLSearchParams): Promise<Outcome> => {
      const { words } = visit;
      const next = await allowedNext(domain, entries.get('next'));
      const hidden = { ticket: entries.get('ticket') ?? '', ...(next !== undefined && { next }) };
      const again = (errors: FormErrors, status = 400) =>
        stepPage(visit, code, hidden, { entered: entries, errors, status });
      const missing = missingIn(entries, required, words);
      if (Object.keys(missing).length > 0) return again(missing);
      try {
        const result = await work(visit, entries);
        if (result instanceof URLSearchParams) return stepPage(visit, code, hidden, { entered: result });
        return await proceed(visit, entries, result);
      } catch (error) {
        if (!(error instanceof PurserError)) throw error;
        if (error.code === 'ticket_invalid') {
          return signInForm(visit, next, { errors: { form: words.secondFactor.expired }, status: 401 });
        }
        if (error.code === 'credentials_wrong') return again({ code: words.secondFactor.wrong }, 401);
        if (error.code === 'invalid_field') return again({ new: String(error.data['reason']) });
        if (error.code === 'terms_outdated') return again({ accept: words.terms.pending }, 409);
        throw error;
      }
    };

  return [
    ...pageAt(domain, ['/ui/login', '/ui/local', '/ui/login/local'], {
      show: async (visit) => {
        const next = await allowedNext(domain, visit.query.get('next'));
        if (visit.visitor.principal) return { redirect: next ?? LANDING };
        return signInForm(visit, next);
      },
      submit: async (visit, entries) => {
        const { words } = visit;
        const next = await allowedNext(domain, entries.get('next'));
        const missing = missingIn(entries, ['username', 'password'], words);
        if (Object.keys(missing).length > 0)
          return signInForm(visit, next, { entered: entries, errors: missing });
        try {
          const name = entries.get('username')?.trim() ?? '';
          const result = await signIn.withPassword(
            name,
            entries.get('password') ?? '',
            clientOf(visit.request),
          );
          return await proceed(visit, entries, result);
        } catch (error) {
          const text = refusalText(error, words);
          if (text === undefined) throw error;
          return signInForm(visit, next, {
            entered: entries,
            errors: { password: text },
            status: 401,
            resend: error instanceof PurserError && error.code === 'waiting_for_verification',
          });
        }
      },
    }),
    ...pageAt(domain, ['/ui/login/second-factor'], {
      show: () => ({ redirect: '/ui/login' }),
      submit: step('second_factor_required', ['code'], (visit, entries) => {
        const code = entries.get('code')?.replace(/\s/g, '') ?? '';
        const method = /^\d{6}$/.test(code) ? 'totp' : 'recovery_code';
        return signIn.withSecondFactor(ticketOf(entries), { method, code }, clientOf(visit.request));
      }),
    }),
    ...pageAt(domain, [ADDRESS], {
      show: () => ({ redirect: '/ui/login' }),
      submit: async (visit, entries) => {
        let codes: readonly string[] | undefined;
        const required = keyIn(entries) ? ['code'] : [];
        const confirm = step('second_factor_enrolment_required', required, async () => {
          const ticket = ticketOf(entries);
          if (!keyIn(entries)) {
            return new URLSearchParams({ ...(await enrolmentAtSignIn.beginTotp(ticket)) });
          }
          const code = entries.get('code') ?? '';
          const client = clientOf(visit.request);
          const enrolled = await enrolmentAtSignIn.confirmTotp(ticket, code, client);
          if (!enrolled) throw new PurserError('credentials_wrong');
          codes = enrolled.recoveryCodes;
          return enrolled.result;
        });
        const outcome = await confirm(visit, entries);
        return codes === undefined ? outcome : withRecoveryCodes(domain, visit, outcome, codes);
      },
    }),
    ...pageAt(domain, ['/ui/login/password'], {
      show: () => ({ redirect: '/ui/login' }),
      submit: step('password_change_required', ['new', 'repeat'], (visit, entries) =>
        signIn.withNewPassword(ticketOf(entries), entries.get('new') ?? '', clientOf(visit.request)),
      ),
    }),
    ...pageAt(domain, ['/ui/login/terms'], {
      show: () => ({ redirect: '/ui/login' }),
      submit: step('terms_unsigned', ['accept'], (visit, entries) =>
        signIn.withTerms(ticketOf(entries), Number(entries.get('terms')), clientOf(visit.request)),
      ),
    }),
  ];
}

const ticketOf = (entries: URLSearchParams): string => entries.get('ticket') ?? '';

/** Why a sign-in was refused, in the language of the page; undefined for errors of another kind. */
function refusalText(error: unknown, { signIn }: Words): string | undefined {
  if (!(error instanceof PurserError)) return undefined;
  switch (error.code) {
    case 'credentials_wrong':
      return signIn.wrong;
    case 'waiting_for_verification':
      return signIn.waitingForVerification;
    case 'waiting_for_moderation':
      return signIn.waitingForModeration;
    case 'suspended':
      return error.data['state'] === 'rejected' ? signIn.rejected : signIn.suspended;
    default:
      return undefined;
  }
}
