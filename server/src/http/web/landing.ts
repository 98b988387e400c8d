import type { FastifyReply } from 'fastify';
import type { Domain } from '../../domain.ts';
import { escapeHtml, sendPage } from '../kernel/html-page.ts';

/** Makes the page that a browser finds under `/ui/`: what runs here and where to read on. */
export function landingPage({ settings }: Domain, basePath: string): (reply: FastifyReply) => FastifyReply {
  const path = escapeHtml(basePath);
  const { serviceName: service, baseUrl } = settings;
  const body = `<p>This is the identity, quota and project service of a cloud. It is a Purser server, and it is running.</p>
<ul>
<li><a href="${path}/api/docs">API documentation</a></li>
<li><a href="${path}/identity/v2.0/">Identity endpoint</a>, the address to give to command line clients</li>
<li><a href="${path}/ui/landing">The services of this cloud</a></li>
</ul>
<p>With the command <code>purser</code> you log in, and see and change your projects:</p>
<p><code>purser login --url ${escapeHtml(baseUrl)} --email YOU@EXAMPLE.ORG</code></p>`;
  return (reply) => sendPage(reply, 200, { service, title: service, body });
}
