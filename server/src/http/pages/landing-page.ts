import { type ComponentPresentation, presentComponents } from '../../catalog/presentation.ts';
import type { Domain } from '../../domain.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import { escapeHtml } from '../kernel/html-page.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { link, linkList, paragraph } from './frame.ts';
import { pageAt } from './page-route.ts';

/** The page after a sign-in: the services of the cloud, and where programs find this service. */
export function landingPage(domain: Domain): RouteTable {
  const { settings, components } = domain;
  return pageAt(domain, ['/ui/landing'], {
    show: async ({ visitor, words }) => {
      const { landing } = words;
      const items = presentComponents(await components.list(), settings.componentsMeta)
        .filter(({ dashboard }) => dashboard.show)
        .toSorted((a, b) => a.dashboard.order - b.dashboard.order)
        .map(itemOf);
      const identity = publicUrl(settings.baseUrl, '/identity/v2.0');
      return {
        title: landing.title,
        body:
          (items.length === 0 ? paragraph(landing.none) : `<ul>\n${items.join('\n')}\n</ul>`) +
          `\n<p class="hint">${escapeHtml(landing.programs)} <code>${escapeHtml(identity)}</code></p>` +
          linkList([
            visitor.principal
              ? link(domain, '/ui/profile', words.account.title)
              : link(domain, '/ui/login', words.common.signIn),
            link(domain, '/api/docs', landing.api),
          ]),
      };
    },
  });
}

function itemOf({ verbose_name, url, dashboard: { description } }: ComponentPresentation): string {
  const name = escapeHtml(verbose_name);
  const linked = url === null ? name : `<a href="${escapeHtml(url)}">${name}</a>`;
  return `<li>${linked}${description === '' ? '' : `: ${escapeHtml(description)}`}</li>`;
}
