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
 * How long an idle connection stays open. Servers usually close idle connections after 5 s or more (Node and Apache 5,
 * nginx 75), and a request on a connection that is being closed fails.
 */
const IDLE_MS = 4_000;
/**
 * Maximum size of a response, which is held in memory. V8 strings end at 512 Mi characters; the longest lists have
 * about 10 MiB.
 */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Sends requests with the HTTP client of Node. Up to `poolSize` connections to each address are open and kept alive;
 * further requests wait in a queue. Idle connections do not keep the process running. Unlike `fetch`, it knows whether
 * a request was written to a connection, so even calls that are not idempotent are retried if they were not sent.
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
    // Like `fetch` and the default agents: uses the proxies of the environment if Node is configured to.
    ...(process.env['NODE_USE_ENV_PROXY'] === '1' && { proxyEnv: process.env }),
  };
  return { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
}

/** Closes idle connections immediately, and those in use when their responses are complete. */
function letGo(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

function exchange(wanted: TransportRequest, agents: Agents, bytesMax: number): Promise<TransportResponse> {
  const { signal } = wanted;
  return new Promise((resolve, reject) => {
    if (signal.aborted)
      throw new NotSent('The call was aborted before it was sent.', { cause: signal.reason });
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
    // For example a server that switches protocols; Node reports no error for that.
    const unanswered = (): void => fail(new Error('The connection was closed without a response.'));
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

/** @throws BadValue if the request cannot be sent */
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

/** Whether part of the request may have been sent: its connection is open, or was reused. */
function watchWire(request: ClientRequest, secure: boolean): () => boolean {
  let onWire = false;
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) onWire = true;
    // On a new connection nothing is written before this event; with TLS, not before the handshake is complete.
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
      if (size > bytesMax) reject(new Error(`The response is longer than ${bytesMax} bytes.`));
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
        // Like `fetch`: without a byte-order mark, and with U+FFFD for invalid UTF-8.
        text: new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
      });
    });
  });
}
