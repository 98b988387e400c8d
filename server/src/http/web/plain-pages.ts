import type { FastifyReply } from 'fastify';
import { type ComponentPresentation, presentComponents } from '../../catalog/presentation.ts';
import type { Domain } from '../../domain.ts';
import { publicPath, publicUrl } from '../../lib/text/public-address.ts';
import { escapeHtml, sendPage } from '../kernel/html-page.ts';

export type PlainPage = keyof typeof PAGES;

interface Content {
  readonly title: string;
  /** Markup. */
  readonly body: string;
}

/**
 * Sends a page that names the command for the purpose that older clients have at its address. The service has no login
 * by browser.
 */
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
  login: ({ settings }) => ({
    title: 'Log in',
    body: `<p>This service has no login by browser. Log in with the command:</p>
<p>${loginCommand(settings)}</p>`,
  }),
  logout: () => ({
    title: 'Log out',
    body: `<p>This service has no login by browser, so there is no session to end.</p>
<p><code>purser logout</code> ends the login of the command. An API token ends when it expires or is revoked:
<code>purser user token YOU@EXAMPLE.ORG list</code> shows yours.</p>`,
  }),
  weblogin: ({ settings }) => ({
    title: 'Log in from a program',
    body: `<p>Your program opened this page to receive an API token. This service hands out no tokens by web pages.
Make one with the command, and enter it in the settings of the program:</p>
<p>${loginCommand(settings)}</p>
<p><code>purser user token YOU@EXAMPLE.ORG add --name PROGRAM</code></p>
<p>The authentication URL is <code>${escapeHtml(publicUrl(settings.baseUrl, '/identity/v2.0'))}</code>.</p>`,
  }),
} as const satisfies Record<string, (domain: Domain) => Content | Promise<Content>>;

const loginCommand = ({ baseUrl }: Domain['settings']): string =>
  `<code>purser login --url ${escapeHtml(baseUrl)} --email YOU@EXAMPLE.ORG</code>`;

function itemOf({ verbose_name, url, dashboard: { description } }: ComponentPresentation): string {
  const name = escapeHtml(verbose_name);
  const linked = url === null ? name : `<a href="${escapeHtml(url)}">${name}</a>`;
  return `<li>${linked}${description === '' ? '' : `: ${escapeHtml(description)}`}</li>`;
}
