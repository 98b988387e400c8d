import type { Domain } from '../../../domain.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { formPage } from '../form-page.ts';
import { link, linkList, type PageContent } from '../frame.ts';
import { allowedNext } from '../next-address.ts';
import { type Outcome, pageAt, type Visit } from '../page-route.ts';
import { endSession } from './end-session.ts';

/**
 * The page that ends a session. A link on a page of this service signs out at once; from elsewhere the page asks, since
 * another site could contain the address.
 */
export function signOutPage(domain: Domain): RouteTable {
  const signOut = async (visit: Visit, next: string | null): Promise<Outcome> => {
    await endSession(domain, visit);
    const to = await allowedNext(domain, next);
    return { redirect: to ?? '/ui/logout' };
  };
  return pageAt(domain, ['/ui/logout'], {
    show: async (visit) => {
      const { visitor, words, query, request } = visit;
      if (!visitor.principal) return signedOut(domain, visit);
      if (request.headers['sec-fetch-site'] === 'same-origin') return signOut(visit, query.get('next'));
      const next = await allowedNext(domain, query.get('next'));
      return formPage(
        {
          title: words.signOut.title,
          texts: [words.signOut.text(visitor.principal.account.username)],
          form: {
            fields: [],
            button: words.signOut.button,
            ...(next !== undefined && { hidden: { next } }),
          },
        },
        words,
      );
    },
    submit: (visit, entries) => signOut(visit, entries.get('next')),
  });
}

const signedOut = (domain: Domain, { words }: Visit): PageContent => ({
  title: words.signOut.doneTitle,
  body: linkList([link(domain, '/ui/login', words.signOut.again)]),
});
