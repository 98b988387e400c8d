import type { FastifyReply } from 'fastify';
import { type ComponentPresentation, presentComponents } from '../../catalog/presentation.ts';
import type { Domain } from '../../domain.ts';
import { escapeHtml, sendPage } from '../kernel/html-page.ts';
import type { RouteTable } from '../kernel/routes.ts';

/**
 * Pages at addresses that older clients find in the menu and in the catalog. They say what there is, and what the
 * command does instead.
 */
export function plainPageRoutes({ components, settings }: Domain): RouteTable {
  const { serviceName: service, baseUrl } = settings;
  const page = (
    paths: readonly string[],
    title: string,
    body: () => Promise<string> | string,
  ): RouteTable => {
    const handler = async (_request: unknown, reply: FastifyReply) =>
      sendPage(reply, 200, { service, title, body: await body() });
    return paths.map((path) => ({ path, methods: { GET: { handler }, HEAD: { handler } } }));
  };
  const command = `<code>purser login --url ${escapeHtml(baseUrl)} --email YOU@EXAMPLE.ORG</code>`;
  return [
    ...page(['/ui/landing'], 'Services of this cloud', async () => {
      const shown = presentComponents(await components.list(), settings.componentsMeta);
      const items = shown
        .filter(({ dashboard }) => dashboard.show)
        .toSorted((a, b) => a.dashboard.order - b.dashboard.order)
        .map(itemOf);
      return items.length === 0 ? '<p>There are none yet.</p>' : `<ul>\n${items.join('\n')}\n</ul>`;
    }),
    ...page(
      ['/ui/login'],
      'Log in',
      () =>
        `<p>There is no login with a browser at this service. Log in with the command:</p>\n<p>${command}</p>`,
    ),
    ...page(
      ['/ui/logout'],
      'Log out',
      () => `<p>There is no login with a browser at this service, so there is none to end.</p>
<p><code>purser logout</code> ends the login of the command. An API token ends when it expires or is revoked:
<code>purser user token YOU@EXAMPLE.ORG list</code> shows yours.</p>`,
    ),
    ...page(
      ['/weblogin', '/weblogin/login'],
      'Log in from a program',
      () => `<p>Your program opened this page to receive an API token. This service hands out no tokens by web pages.
Make one with the command, and enter it in the settings of the program:</p>
<p>${command}</p>
<p><code>purser user token YOU@EXAMPLE.ORG add --name PROGRAM</code></p>
<p>The authentication URL is <code>${escapeHtml(baseUrl)}/identity/v2.0</code>.</p>`,
    ),
  ];
}

function itemOf({ verbose_name, url, dashboard }: ComponentPresentation): string {
  const name = escapeHtml(verbose_name);
  const linked = url === null ? name : `<a href="${escapeHtml(url)}">${name}</a>`;
  const { description } = dashboard;
  return `<li>${linked}${description === '' ? '' : `: ${escapeHtml(description)}`}</li>`;
}
