import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { requestOwnEmailChange } from '../../kernel/own-email-change.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { type Filled, formPage, missingIn } from '../form-page.ts';
import { paragraph } from '../frame.ts';
import { pageAt, signInFor, type Visit } from '../page-route.ts';

/** The page to request another e-mail address; the address changes by the link in the mail to it. */
export function emailPage(domain: Domain): RouteTable {
  return pageAt(domain, ['/ui/email_change'], {
    show: (visit) => (visit.visitor.principal ? emailForm(visit) : signInFor(visit)),
    submit: async (visit, entries) => {
      const { visitor, words, request } = visit;
      const { principal } = visitor;
      if (!principal) return signInFor(visit);
      const { account } = principal;
      const again = (errors: Record<string, string>, status = 400) =>
        emailForm(visit, { entered: entries, errors, status });
      const missing = missingIn(entries, ['email', ...(account.passwordSet ? ['password'] : [])], words);
      if (Object.keys(missing).length > 0) return again(missing);
      const email = entries.get('email')?.trim() ?? '';
      try {
        const wanted = { email, current: entries.get('password') ?? undefined };
        await requestOwnEmailChange(domain, principal, wanted, request.ip);
      } catch (error) {
        if (!(error instanceof PurserError)) throw error;
        if (error.code === 'credentials_wrong') return again({ password: words.password.wrong }, 401);
        if (!['invalid', 'conflict', 'not_allowed'].includes(error.kind)) throw error;
        return again({ email: error.message });
      }
      return { title: words.email.doneTitle, body: paragraph(words.email.done(email)) };
    },
  });
}

function emailForm({ visitor, words }: Visit, filled: Filled & { status?: number } = {}) {
  const account = visitor.principal?.account;
  return formPage(
    {
      title: words.email.title,
      ...(account?.email && { texts: [words.email.present(account.email)] }),
      form: {
        fields: [
          { name: 'email', label: words.email.fresh, kind: 'email', autocomplete: 'email', focus: true },
          ...(account?.passwordSet
            ? [
                {
                  name: 'password',
                  label: words.email.password,
                  kind: 'password' as const,
                  autocomplete: 'current-password',
                },
              ]
            : []),
        ],
        button: words.email.button,
      },
    },
    words,
    filled,
  );
}
