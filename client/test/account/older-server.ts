import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server that simulates an installation of the older system. */
export interface OlderServer {
  /** URL without a path. */
  readonly url: string;
  /** Method and path of every request, oldest first. */
  readonly requests: string[];
}

/**
 * @param answers by method and path: a body that is sent as JSON with status 200, a status without a body, or a
 *   function that responds itself; other requests receive 404
 */
export async function startOlderServer(
  answers: Readonly<Record<string, unknown | Respond>>,
): Promise<OlderServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const asked = `${request.method} ${request.url}`;
    requests.push(asked);
    const answer = answers[asked] ?? 404;
    if (typeof answer === 'function') return answer(request, response, body);
    if (typeof answer === 'number') return response.writeHead(answer).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}

/** The catalog entry of the account service, with endpoints of two versions. */
export const accountService = (publicURL: string, uiURL: string | null): object => ({
  name: 'astakos_account',
  type: 'account',
  endpoints_links: [],
  endpoints: [
    { versionId: 'v9', publicURL: 'https://wrong.example.org/wrong', 'SNF:uiURL': '/wrong' },
    { versionId: 'v1.0', publicURL, 'SNF:uiURL': uiURL, region: 'default' },
  ],
});

export const catalogOf = (...serviceCatalog: readonly object[]): object => ({ access: { serviceCatalog } });
