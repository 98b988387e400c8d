import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { clientOf, sendSessionCookie } from '../kernel/session-cookie.ts';
import { type Filled, formPage, missingIn } from './form-page.ts';
import { newPasswordFields } from './forms/new-password-fields.ts';
import { type PageContent, paragraph } from './frame.ts';
import { pageAt, type Visit } from './page-route.ts';

/** The page of the one-time code that the first start prints: the first administrator sets a password. */
export function firstRunPage(domain: Domain): RouteTable {
  const { signIn, signInTickets } = domain;
  const form = ({ words }: Visit, filled: Filled = {}): PageContent =>
    formPage(
      {
        title: words.firstRun.title,
        texts: [words.firstRun.text],
        form: { fields: newPasswordFields(words, { focus: true }), button: words.firstRun.button },
      },
      words,
      filled,
    );
  const wrong = ({ words }: Visit): PageContent => ({
    title: words.firstRun.wrongTitle,
    status: 410,
    alert: true,
    body: paragraph(words.firstRun.wrong),
  });
  return pageAt(domain, ['/ui/first-run/:code'], {
    show: async (visit) =>
      (await signInTickets.isOpen(codeOf(visit), 'password_change_required')) ? form(visit) : wrong(visit),
    submit: async (visit, entries) => {
      const missing = missingIn(entries, ['new', 'repeat'], visit.words);
      if (Object.keys(missing).length > 0) return form(visit, { errors: missing });
      try {
        const password = entries.get('new') ?? '';
        const { started } = await signIn.withNewPassword(codeOf(visit), password, clientOf(visit.request));
        if (started) sendSessionCookie(visit.reply, started.secret);
        return { redirect: started ? '/ui/profile' : '/ui/login' };
      } catch (error) {
        if (!(error instanceof PurserError)) throw error;
        if (error.code === 'ticket_invalid') return wrong(visit);
        if (error.code === 'invalid_field')
          return form(visit, { errors: { new: String(error.data['reason']) } });
        throw error;
      }
    },
  });
}

const codeOf = ({ request }: Visit): string => (request.params as { code: string }).code;
