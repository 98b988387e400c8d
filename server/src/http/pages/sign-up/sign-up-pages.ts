import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { escapeHtml } from '../../kernel/html-page.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { type Filled, formPage, missingIn } from '../form-page.ts';
import type { FormField } from '../forms/form-fields.ts';
import { newPasswordFields } from '../forms/new-password-fields.ts';
import { addressOf, link, linkList, type PageContent, paragraph } from '../frame.ts';
import { type Outcome, pageAt, type Visit } from '../page-route.ts';

/** The fields of the form, by the names that errors of the domain give them. */
const FIELDS: Readonly<Record<string, string>> = { password: 'new', first_name: 'first', last_name: 'last' };

/** The pages from the sign-up to the confirmed address. */
export function signUpPages(domain: Domain): RouteTable {
  const { signUps, terms, accounts } = domain;

  const form = async (visit: Visit, filled: Filled = {}): Promise<PageContent> => {
    const { words } = visit;
    const current = await terms.currentId();
    const { signUp } = words;
    const fields: FormField[] = [
      {
        name: 'email',
        label: signUp.email,
        kind: 'email',
        hint: signUp.emailHint,
        autocomplete: 'email',
        focus: true,
      },
      ...(accounts.policy.usernameIsEmail
        ? []
        : [
            {
              name: 'username',
              label: signUp.userName,
              kind: 'text' as const,
              hint: signUp.userNameHint,
              autocomplete: 'username',
              optional: true,
            },
          ]),
      { name: 'first', label: signUp.firstName, kind: 'text', autocomplete: 'given-name' },
      { name: 'last', label: signUp.lastName, kind: 'text', autocomplete: 'family-name' },
      ...newPasswordFields(words, { label: signUp.password }),
      ...(current === undefined
        ? []
        : [{ name: 'accept', label: signUp.acceptTerms, kind: 'confirmation' as const }]),
    ];
    return formPage(
      {
        title: signUp.title,
        form: {
          fields,
          button: signUp.button,
          ...(current !== undefined && { hidden: { terms: String(current) } }),
        },
        links: [
          ...(current === undefined
            ? []
            : [
                `<a href="${escapeHtml(addressOf(domain, '/ui/approval_terms'))}" target="_blank" rel="noopener">${escapeHtml(signUp.readTerms)}</a>`,
              ]),
          link(domain, '/ui/login', signUp.haveAccount),
        ],
      },
      words,
      filled,
    );
  };

  const submit = async (visit: Visit, entries: URLSearchParams): Promise<Outcome> => {
    const { words, visitor, request } = visit;
    const current = await terms.currentId();
    const required = [
      'email',
      'first',
      'last',
      'new',
      'repeat',
      ...(current === undefined ? [] : ['accept']),
    ];
    const errors = missingIn(entries, required, words);
    if (errors['accept'] !== undefined) errors['accept'] = words.common.tick;
    if (Object.keys(errors).length > 0) return form(visit, { entered: entries, errors });
    const text = (name: string): string => entries.get(name)?.trim() ?? '';
    try {
      await signUps.signUp(
        {
          email: text('email'),
          firstName: text('first'),
          lastName: text('last'),
          password: entries.get('new') ?? '',
          language: visitor.language,
          ...omitUndefined({
            username: text('username') || undefined,
            terms: entries.has('terms') ? Number(entries.get('terms')) : undefined,
          }),
        },
        request.ip,
      );
    } catch (error) {
      const wrong = errorsOf(error, visit);
      if (!wrong) throw error;
      return form(visit, { entered: entries, errors: wrong });
    }
    return {
      title: words.signUp.sentTitle,
      status: 202,
      body:
        paragraph(words.signUp.sent(text('email'))) +
        paragraph(words.signUp.notArrived) +
        linkList([link(domain, '/ui/send/activation', words.resend.title)]),
    };
  };

  return [
    ...pageAt(domain, ['/ui/signup'], {
      show: (visit) => {
        if (visit.visitor.principal) return { redirect: '/ui/profile' };
        return signUps.policy.isOpen ? form(visit) : closed(visit);
      },
      submit: (visit, entries) =>
        signUps.policy.isOpen ? submit(visit, entries) : Promise.resolve(closed(visit)),
    }),
    ...pageAt(domain, ['/ui/activate'], {
      show: async (visit) => {
        const { words, query } = visit;
        const code = query.get('auth');
        if (!code) {
          const { wrongTitle: title, noCode } = words.activate;
          return { title, status: 403, alert: true, body: paragraph(noCode) };
        }
        if (!(await signUps.isOpen(code))) return wrongLink(domain, visit);
        const { title, text, button } = words.activate;
        // Programs that check links in mails open them too; only the button uses the code up.
        return formPage(
          { title, texts: [text], form: { fields: [], hidden: { auth: code }, button } },
          words,
        );
      },
      submit: async (visit, entries) => {
        const { activate, signIn } = visit.words;
        try {
          const { active } = await signUps.verify(entries.get('auth') ?? '', visit.request.ip);
          return active
            ? {
                title: activate.activeTitle,
                body: `<p class="done" role="status">${escapeHtml(activate.active)}</p>${linkList([link(domain, '/ui/login', signIn.button)])}`,
              }
            : { title: activate.waitingTitle, body: `<p role="status">${escapeHtml(activate.waiting)}</p>` };
        } catch (error) {
          if (error instanceof PurserError && error.code === 'verification_code_invalid') {
            return wrongLink(domain, visit);
          }
          throw error;
        }
      },
    }),
    ...pageAt(domain, ['/ui/send/activation', '/ui/send/activation/:id'], {
      show: resendForm,
      submit: async (visit, entries) => {
        const { words } = visit;
        const errors = missingIn(entries, ['email'], words);
        if (Object.keys(errors).length > 0) return resendForm(visit, { entered: entries, errors });
        try {
          await signUps.resend(entries.get('email')?.trim() ?? '', visit.request.ip);
        } catch (error) {
          const wrong = errorsOf(error, visit);
          if (!wrong) throw error;
          return resendForm(visit, { entered: entries, errors: wrong });
        }
        return { title: words.resend.sentTitle, status: 202, body: paragraph(words.resend.sent) };
      },
    }),
  ];
}

function closed({ words }: Visit): PageContent {
  return { title: words.signUp.title, status: 403, body: paragraph(words.signUp.closed) };
}

function wrongLink(domain: Domain, { words }: Visit): PageContent {
  const { wrongTitle: title, wrong } = words.activate;
  const links = linkList([
    link(domain, '/ui/send/activation', words.resend.title),
    link(domain, '/ui/login', words.signIn.title),
  ]);
  return { title, status: 410, alert: true, body: paragraph(wrong) + links };
}

function resendForm({ words }: Visit, filled: Filled = {}): PageContent {
  const { title, email, button } = words.resend;
  return formPage(
    {
      title,
      form: {
        fields: [{ name: 'email', label: email, kind: 'email', autocomplete: 'email', focus: true }],
        button,
      },
    },
    words,
    filled,
  );
}

/** The errors of the entries; undefined for errors of another kind. */
function errorsOf(error: unknown, { words }: Visit): Record<string, string> | undefined {
  if (!(error instanceof PurserError)) return undefined;
  switch (error.code) {
    case 'email_invalid':
      return { email: words.signUp.emailInvalid };
    case 'username_taken':
      return { username: words.signUp.userNameTaken };
    case 'terms_outdated':
      return { accept: words.terms.changed };
    case 'too_many_requests':
      return { form: words.common.tooMany };
    case 'invalid_field': {
      const field = String(error.data['field']);
      return { [FIELDS[field] ?? field]: String(error.data['reason']) };
    }
    default:
      return undefined;
  }
}
