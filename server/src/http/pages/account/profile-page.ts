import type { Domain } from '../../../domain.ts';
import { escapeHtml } from '../../kernel/html-page.ts';
import type { RouteTable } from '../../kernel/routes.ts';
import { link, linkList } from '../frame.ts';
import { pageAt, signInFor } from '../page-route.ts';

/** The page of the visitor's own account, with the pages that change it. */
export function profilePage(domain: Domain): RouteTable {
  return pageAt(domain, ['/ui/profile'], {
    show: async (visit) => {
      const { visitor, words } = visit;
      if (!visitor.principal) return signInFor(visit);
      const { account } = visitor.principal;
      const { createdAt } = await domain.sessions.of(visitor.principal);
      const since = new Intl.DateTimeFormat(visitor.language, {
        dateStyle: 'medium',
        timeStyle: 'short',
        timeZone: 'UTC',
      }).format(createdAt);
      const facts = [
        [words.account.name, account.fullName],
        ...(account.email === null ? [] : [[words.account.email, account.email]]),
        ...(account.username === account.email?.toLowerCase()
          ? []
          : [[words.account.userName, account.username]]),
        [words.account.state, `${since} UTC`],
      ] as const;
      const rows = facts.map(
        ([name, value]) => `<dt>${escapeHtml(name ?? '')}</dt><dd>${escapeHtml(value ?? '')}</dd>`,
      );
      return {
        title: words.account.title,
        body:
          `<dl class="facts">${rows.join('')}</dl>` +
          linkList([
            link(
              domain,
              '/ui/password_change',
              account.passwordSet ? words.account.changePassword : words.account.setPassword,
            ),
            ...(account.email === null ? [] : [link(domain, '/ui/email_change', words.account.changeEmail)]),
            link(domain, '/ui/landing', words.common.services),
          ]) +
          `\n<p class="hint">${escapeHtml(words.account.tokens)} <code>purser user token ${escapeHtml(account.username)} add --name PROGRAM</code></p>`,
      };
    },
  });
}
