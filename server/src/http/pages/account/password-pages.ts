import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { requestPasswordReset } from '../../kernel/password-reset-request.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { clientOf, sendSessionCookie } from '../../kernel/session-cookie.ts';
import { type Filled, formPage, missingIn } from '../form-page.ts';
import { newPasswordFields } from '../forms/new-password-fields.ts';
import { link, paragraph } from '../frame.ts';
import { pageAt, signInFor, type Visit } from '../page-route.ts';

/** The pages to change one's password, and to get a link after it was forgotten. */
export function passwordPages(domain: Domain): RouteTable {
  return [
    ...pageAt(domain, ['/ui/password_change'], {
      show: (visit) => (visit.visitor.principal ? changeForm(visit) : signInFor(visit)),
      submit: async (visit, entries) => {
        const { visitor, words } = visit;
        const { principal } = visitor;
        if (!principal) return signInFor(visit);
        const required = [...(principal.account.passwordSet ? ['current'] : []), 'new', 'repeat'];
        const missing = missingIn(entries, required, words);
        if (Object.keys(missing).length > 0) return changeForm(visit, { entered: entries, errors: missing });
        try {
          const wanted = { current: entries.get('current') ?? undefined, fresh: entries.get('new') ?? '' };
          const { secret } = await domain.ownPassword.change(principal, wanted, clientOf(visit.request));
          if (secret !== undefined) sendSessionCookie(visit.reply, secret);
        } catch (error) {
          if (!(error instanceof PurserError)) throw error;
          if (error.code === 'credentials_wrong') {
            const errors = { current: words.password.wrong };
            return changeForm(visit, { entered: entries, errors, status: 401 });
          }
          if (error.code !== 'invalid_field') throw error;
          return changeForm(visit, { entered: entries, errors: { new: String(error.data['reason']) } });
        }
        return {
          title: words.password.doneTitle,
          body: `${paragraph(words.password.done)}\n<p>${link(domain, '/ui/profile', words.account.title)}</p>`,
        };
      },
    }),
    ...pageAt(domain, ['/ui/password_reset', '/ui/local/password_reset'], {
      show: resetForm,
      submit: async (visit, entries) => {
        const { words } = visit;
        const missing = missingIn(entries, ['email'], words);
        if (Object.keys(missing).length > 0) return resetForm(visit, { entered: entries, errors: missing });
        await requestPasswordReset(domain, entries.get('email')?.trim() ?? '', visit.request.ip);
        return { title: words.reset.sentTitle, body: paragraph(words.reset.sent) };
      },
    }),
  ];
}

function changeForm({ visitor, words }: Visit, filled: Filled & { status?: number } = {}) {
  const { password } = words;
  const isSet = visitor.principal?.account.passwordSet ?? true;
  return formPage(
    {
      title: isSet ? password.title : password.firstTitle,
      form: {
        fields: [
          ...(isSet
            ? [
                {
                  name: 'current',
                  label: password.current,
                  kind: 'password' as const,
                  autocomplete: 'current-password',
                  focus: true,
                },
              ]
            : []),
          ...newPasswordFields(words, { focus: !isSet }),
        ],
        button: isSet ? password.button : password.firstButton,
      },
    },
    words,
    filled,
  );
}

function resetForm({ words }: Visit, filled: Filled = {}) {
  return formPage(
    {
      title: words.reset.title,
      texts: [words.reset.text],
      form: {
        fields: [
          {
            name: 'email',
            label: words.reset.email,
            kind: 'email',
            autocomplete: 'username',
            focus: true,
          },
        ],
        button: words.reset.button,
      },
    },
    words,
    filled,
  );
}
