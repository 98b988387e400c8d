import type { FastifyReply } from 'fastify';
import type { Domain } from '../../domain.ts';
import { escapeXml } from '../cloudfault/xml.ts';

/** Makes the page that a browser finds under `/ui/`: what runs here and where to read on. */
export function landingPage({ settings }: Domain, basePath: string): (reply: FastifyReply) => FastifyReply {
  const page = html(escapeXml(settings.serviceName), escapeXml(basePath));
  return (reply) =>
    reply
      .header('content-type', 'text/html; charset=UTF-8')
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      .header('x-content-type-options', 'nosniff')
      .send(page);
}

const html = (name: string, basePath: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
</head>
<body>
<main>
<h1>${name}</h1>
<p>This is the identity, quota and project service of a cloud. It is a Purser server, and it is running.</p>
<ul>
<li><a href="${basePath}/api/docs">API documentation</a></li>
<li><a href="${basePath}/identity/v2.0/">Identity endpoint</a>, the address to give to command line clients</li>
</ul>
</main>
</body>
</html>
`;
