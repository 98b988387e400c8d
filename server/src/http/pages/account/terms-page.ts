import type { TermsVersion } from '../../../directory/terms/terms.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { type Filled, formPage } from '../form-page.ts';
import { type PageContent, paragraph } from '../frame.ts';
import { allowedNext } from '../next-address.ts';
import { pageAt, signInFor, type Visit } from '../page-route.ts';
import { termsMarkup } from '../terms-markup.ts';

/** The terms of service: the ones in force, or those with a number; a signed-in visitor can accept the ones in force. */
export function termsPage(domain: Domain): RouteTable {
  const page = async (visit: Visit, version: TermsVersion, filled: Filled = {}): Promise<PageContent> => {
    const { visitor, words, query } = visit;
    const above = termsMarkup(version, visitor);
    const { principal } = visitor;
    const isCurrent = version.id === (await domain.terms.currentId());
    if (!principal || !isCurrent || !principal.termsPending) {
      const isSigned = principal && (principal.account.termsSigned ?? 0) >= version.id;
      const signed = isSigned ? `<p class="done" role="status">${words.terms.signed}</p>` : '';
      return { title: words.terms.title, body: signed + above };
    }
    const next = await allowedNext(domain, filled.entered?.get('next') ?? query.get('next'));
    return formPage(
      {
        title: words.terms.title,
        texts: [words.terms.pending],
        above,
        form: {
          fields: [{ name: 'accept', label: words.terms.accept, kind: 'confirmation' }],
          hidden: { terms: String(version.id), ...(next !== undefined && { next }) },
          button: words.terms.button,
        },
      },
      words,
      filled,
    );
  };
  return [
    ...pageAt(domain, ['/ui/approval_terms'], {
      show: async (visit) => {
        const current = await domain.terms.current();
        const { title, none } = visit.words.terms;
        return current ? page(visit, current) : { title, body: paragraph(none) };
      },
      submit: async (visit, entries) => {
        const { principal } = visit.visitor;
        if (!principal) return signInFor(visit);
        const current = await domain.terms.current();
        if (!current) return { redirect: '/ui/approval_terms' };
        const isRead = entries.get('terms') === String(current.id);
        if (!isRead || !entries.get('accept')) {
          const errors = { accept: isRead ? visit.words.common.tick : visit.words.terms.changed };
          return page(visit, current, { entered: entries, errors });
        }
        await domain.accounts.signTerms(principal.account.uuid);
        return { redirect: (await allowedNext(domain, entries.get('next'))) ?? '/ui/approval_terms' };
      },
    }),
    ...pageAt(domain, ['/ui/approval_terms/:id'], {
      show: async (visit) => {
        const { id } = visit.request.params as { id: string };
        const { title, unknown } = visit.words.terms;
        const version = /^[1-9]\d{0,14}$/.test(id) ? await versionOf(domain, Number(id)) : undefined;
        return version ? page(visit, version) : { title, status: 404, alert: true, body: paragraph(unknown) };
      },
    }),
  ];
}

async function versionOf({ terms }: Domain, id: number): Promise<TermsVersion | undefined> {
  try {
    return await terms.get(id);
  } catch (error) {
    if (error instanceof PurserError && error.code === 'terms_not_found') return undefined;
    throw error;
  }
}
