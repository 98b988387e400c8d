import type { FastifyReply } from 'fastify';
import { type ComponentPresentation, presentComponents } from '../../catalog/presentation.ts';
import type { Domain } from '../../domain.ts';
import { publicPath } from '../../lib/text/public-address.ts';
import { escapeHtml, sendPage } from '../kernel/html-page.ts';

export type PlainPage = keyof typeof PAGES;

interface Content {
  readonly title: string;
  /** Markup. */
  readonly body: string;
}

/** Sends a plain page. */
export async function sendPlainPage(
  domain: Domain,
  page: PlainPage,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendPage(reply, 200, { service: domain.settings.serviceName, ...(await PAGES[page](domain)) });
}

const PAGES = {
  start: ({ settings }) => {
    const path = escapeHtml(publicPath(settings.baseUrl, ''));
    return {
      title: settings.serviceName,
      body: `<p>This is the identity, quota and project service of a cloud. It is a Purser server, and it is running.</p>
<ul>
<li><a href="${path}/ui/login">Sign in</a></li>
<li><a href="${path}/api/docs">API documentation</a></li>
<li><a href="${path}/identity/v2.0/">Identity endpoint</a>, the address to give to command line clients</li>
<li><a href="${path}/ui/landing">The services of this cloud</a></li>
</ul>
<p>With the command <code>purser</code> you log in, and see and change your projects:</p>
<p>${loginCommand(settings)}</p>`,
    };
  },
  services: async ({ components, settings }) => {
    const items = presentComponents(await components.list(), settings.componentsMeta)
      .filter(({ dashboard }) => dashboard.show)
      .toSorted((a, b) => a.dashboard.order - b.dashboard.order)
      .map(itemOf);
    const body =
      items.length === 0 ? '<p>No services are registered.</p>' : `<ul>\n${items.join('\n')}\n</ul>`;
    return { title: 'Services of this cloud', body };
  },
} as const satisfies Record<string, (domain: Domain) => Content | Promise<Content>>;

const loginCommand = ({ baseUrl }: Domain['settings']): string =>
  `<code>purser login --url ${escapeHtml(baseUrl)} --email YOU@EXAMPLE.ORG</code>`;

function itemOf({ verbose_name, url, dashboard: { description } }: ComponentPresentation): string {
  const name = escapeHtml(verbose_name);
  const linked = url === null ? name : `<a href="${escapeHtml(url)}">${name}</a>`;
  return `<li>${linked}${description === '' ? '' : `: ${escapeHtml(description)}`}</li>`;
}
