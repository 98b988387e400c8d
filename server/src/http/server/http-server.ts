import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type PlainAnswer, plainBody, plainHeaders } from './plain-answer.ts';

/** Timeouts in milliseconds. */
export interface ServerTimeouts {
  /** For a connection on which no data moves. */
  readonly connection_ms: number;
  /** For receiving a whole request. */
  readonly request_ms: number;
  /** Between two requests. */
  readonly keepAlive_ms: number;
}

const OPTIONS: ServerOptions = {
  // Checked below, so that the answer has a body.
  requireHostHeader: false,
};

/**
 * A server that refuses, before any dialect receives it, every request that HTTP allows but the service does not
 * support: with the status that RFC 9110 and RFC 9112 define, as problem details. It then closes the connection, as the
 * bytes that follow may be the rest of a body. It ignores `Upgrade`, `Range` and conditions, as a server may.
 */
export function httpServer(serve: RequestListener, timeouts: ServerTimeouts): Server {
  const server = createServer(OPTIONS, (request, response) => {
    const refusal = refusalOf(request);
    if (refusal) refuse(response, refusal);
    else serve(request, response);
  });
  server.keepAliveTimeout = timeouts.keepAlive_ms;
  server.requestTimeout = timeouts.request_ms;
  server.setTimeout(timeouts.connection_ms);
  server.on('checkExpectation', (_request, response) => refuse(response, EXPECTATION));
  server.on('connect', (_request, socket) => endWith(socket, METHOD_UNKNOWN));
  return server;
}

/** Answers bytes that Node could not parse as a request. For the event `clientError`. */
export function answerClientError(error: Error, socket: Duplex): void {
  const known: ParseError = error;
  if (answered.has(socket)) return;
  if (known.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) socket.destroy();
  else endWith(socket, answerTo(known));
}

/** Connections whose last answer is being sent: bytes that still arrive on them are ignored. */
const answered = new WeakSet<Duplex>();

/** Whether an answer has begun: the client would read a second one as a part of it. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
  return answer?.headersSent === true;
}

const EXPECTATION = plain(417, 'expectation_failed', 'Only Expect: 100-continue is known here.');
const METHOD_UNKNOWN = plain(501, 'method_unknown', 'This method is not known here.');
const TRANSFER_CODING = plain(
  501,
  'transfer_coding_unknown',
  'The only transfer coding known here is chunked.',
);
const CONTENT_CODING = {
  ...plain(415, 'content_coding_unknown', 'The body must be sent without a Content-Encoding.'),
  headers: { 'accept-encoding': 'identity' },
};
const HOST = plain(400, 'host_invalid', 'The request must have one header Host, with a valid value.');
const TARGET = plain(400, 'target_invalid', 'The target of the request must be a path or an http URL.');
const LENGTH = plain(
  400,
  'length_invalid',
  'Content-Length must be sent once, as a number, and without Transfer-Encoding.',
);
const URL_TOO_LONG = plain(414, 'url_too_long', 'The URL is too long.');
const HEADERS_TOO_LARGE = plain(431, 'headers_too_large', 'The headers are too large.');
const TOO_SLOW = plain(408, 'request_timeout', 'The request took too long to arrive.');
const MALFORMED = plain(400, 'request_malformed', 'This is not a valid HTTP request.');

/** `OPTIONS *`: a request about the server as a whole (RFC 9110 9.3.7). */
const SERVER_OPTIONS = { status: 204, headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' } };

function plain(status: number, code: string, detail: string): PlainAnswer {
  return { status, code, detail };
}

/** The answer to a request that no dialect supports; undefined if a dialect can handle it. */
function refusalOf(request: IncomingMessage): PlainAnswer | typeof SERVER_OPTIONS | undefined {
  const { headers, url = '' } = request;
  if (!hasOneHost(request)) return HOST;
  if (!url.startsWith('/')) {
    if (url === '*' && request.method === 'OPTIONS') return SERVER_OPTIONS;
    if (!/^https?:\/\/[^/?#]/i.test(url)) return TARGET;
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') return TRANSFER_CODING;
  const content = headers['content-encoding'];
  if (content !== undefined && !/^\s*(?:identity)?\s*$/i.test(content)) return CONTENT_CODING;
  return undefined;
}

/** A name, an IPv4 address or an IPv6 address in brackets, and a port (RFC 3986 3.2.2); empty where there is none. */
const HOST_FORM = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/** RFC 9112 3.2; HTTP/1.0 knows no such header. */
function hasOneHost({ rawHeaders, headers, httpVersion }: IncomingMessage): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  if (count === 0) return httpVersion === '1.0';
  return count === 1 && HOST_FORM.test(headers.host ?? '');
}

/** A request line of this length explains an overflow; Node reads 16 KiB of line and headers. */
const LONG_LINE = 8 * 1024;

/** Node's error for a request that it could not parse, with the bytes that it read last. */
type ParseError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

function answerTo({ code, rawPacket, message }: ParseError): PlainAnswer {
  const line = rawPacket?.toString('latin1').split('\n', 1)[0] ?? '';
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return line.length > LONG_LINE ? URL_TOO_LONG : HEADERS_TOO_LARGE;
    case 'HPE_INVALID_METHOD':
      return /^[!#$%&'*+.^_`|~\w-]+ \S+ HTTP\/1\.[01]\r?$/.test(line) ? METHOD_UNKNOWN : MALFORMED;
    case 'HPE_INVALID_URL':
      return TARGET;
    case 'HPE_INVALID_TRANSFER_ENCODING':
      return message.includes('Content-Length') ? LENGTH : TRANSFER_CODING;
    case 'HPE_INVALID_CONTENT_LENGTH':
    case 'HPE_UNEXPECTED_CONTENT_LENGTH':
      return LENGTH;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return TOO_SLOW;
    default:
      return MALFORMED;
  }
}

function refuse(response: ServerResponse, answer: PlainAnswer | typeof SERVER_OPTIONS): void {
  if (!('code' in answer)) {
    response.writeHead(answer.status, { ...answer.headers, 'x-content-type-options': 'nosniff' }).end();
    return;
  }
  if (response.socket) answered.add(response.socket);
  const body = plainBody(answer);
  response.writeHead(answer.status, { ...plainHeaders(answer, body), connection: 'close' }).end(body);
}

/** Answers on a connection whose request was not read completely. */
function endWith(socket: Duplex, answer: PlainAnswer): void {
  const body = plainBody(answer);
  const headers = Object.entries({ ...plainHeaders(answer, body), connection: 'close' });
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  answered.add(socket);
  // The client may have closed the connection; that is not an error of the service.
  socket.on('error', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
