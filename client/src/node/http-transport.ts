import {
  type AgentOptions,
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { BadValue } from '../errors/errors.ts';
import type { OpenTransport } from '../http/default-transport.ts';
import { NotSent, type TransportRequest, type TransportResponse } from '../http/transport.ts';

/**
 * How long a connection is kept without being used. Servers commonly close theirs after 5 s or more (Node and Apache 5,
 * nginx 75), and a request that meets a connection just as it is closed fails.
 */
const IDLE_MS = 4_000;
/** Answers are held in memory, and a text of V8 ends at 512 Mi characters; the longest lists are some ten MiB. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Carries requests by Node's own HTTP client. Up to `poolSize` connections to each address are open at a time and are
 * kept alive; further requests wait for their turn. Idle connections do not keep the process running. It knows whether a
 * request has been on a connection at all, which `fetch` does not tell, so calls that must not be made twice can be made
 * again where they were never sent.
 */
export function httpTransport({
  poolSize,
  answerBytesMax = ANSWER_BYTES_MAX,
}: {
  readonly poolSize: number;
  readonly answerBytesMax?: number;
}): OpenTransport {
  let agents = openAgents(poolSize);
  return {
    send: (request) => exchange(request, agents, answerBytesMax),
    close: () => {
      for (const agent of Object.values(agents)) letGo(agent);
      agents = openAgents(poolSize);
    },
  };
}

type Agents = ReturnType<typeof openAgents>;

function openAgents(maxSockets: number) {
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: maxSockets,
    timeout: IDLE_MS,
    // As `fetch` and Node's own agents do: through the proxies of the environment if Node is configured to.
    ...(process.env['NODE_USE_ENV_PROXY'] === '1' && { proxyEnv: process.env }),
  };
  return { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
}

/** Closes idle connections at once, and those in use as soon as their answers are complete. */
function letGo(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

function exchange(wanted: TransportRequest, agents: Agents, bytesMax: number): Promise<TransportResponse> {
  const { signal } = wanted;
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new NotSent('The call was ended before it was sent.', { cause: signal.reason });
    const request = begin(wanted, agents);
    const onWire = watchWire(request, wanted.url.startsWith('https:'));
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      // Later errors of this request have no effect.
      request.on('error', () => undefined).destroy();
      if (onWire()) reject(error);
      else reject(new NotSent(error instanceof Error ? error.message : String(error), { cause: error }));
    };
    const abort = (): void => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    request.once('error', fail);
    // Where a server switches protocols, or a connection ends in some other way that is no error to Node.
    const unanswered = (): void => fail(new Error('The connection was closed without an answer.'));
    request.once('close', unanswered);
    request.once('response', (response) => {
      request.off('close', unanswered);
      readAnswer(response, bytesMax).then((answer) => {
        signal.removeEventListener('abort', abort);
        resolve(answer);
      }, fail);
    });
    request.end(wanted.body);
  });
}

/** @throws BadValue if the parts of the request are nothing that can be sent */
function begin({ url, method, headers }: TransportRequest, agents: Agents): ClientRequest {
  const secure = url.startsWith('https:');
  try {
    return secure
      ? httpsRequest(url, { method, headers, agent: agents['https:'] })
      : httpRequest(url, { method, headers, agent: agents['http:'] });
  } catch (error) {
    throw new BadValue(error instanceof Error ? error.message : String(error));
  }
}

/** Tells whether any of the request may be on the wire: its connection stands, or stood already when it was chosen. */
function watchWire(request: ClientRequest, secure: boolean): () => boolean {
  let onWire = false;
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) onWire = true;
    // On a new connection nothing is written before this; behind TLS not before the server has shown who it is.
    else
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        onWire = true;
      });
  });
  return () => onWire;
}

function readAnswer(response: IncomingMessage, bytesMax: number): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) reject(new Error(`The answer is longer than ${bytesMax} bytes.`));
      else chunks.push(chunk);
    });
    response.once('error', reject);
    response.once('end', () => {
      resolve({
        status: response.statusCode ?? 0,
        reason: response.statusMessage ?? '',
        header: (name) => {
          const value = response.headers[name];
          return Array.isArray(value) ? value.join(', ') : (value ?? null);
        },
        // As `fetch` reads texts: without a byte order mark, and with U+FFFD for what is no UTF-8.
        text: new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
      });
    });
  });
}
