import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { LIMITS } from '../lib/limits.ts';
import { isPublicAddress } from './public-address.ts';

/** The addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the machine resolves names. */
export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

export interface WebhookMessage {
  readonly id: string;
  readonly body: string;
  readonly secret: Uint8Array;
}

/** A call that was not accepted; `status` is what was answered, if anything was. */
export class WebhookFailure extends Error {
  override readonly name = 'WebhookFailure';
  readonly status: number | null;

  constructor(reason: string, status: number | null = null) {
    super(reason);
    this.status = status;
  }
}

/** Whom webhooks may reach. */
export interface Reach {
  readonly resolve: Resolve;
  /** Also this machine and networks of its own. */
  readonly privateAddresses: boolean;
}

/**
 * The addresses of a host, each of which may be called: one that may not refuses all, as it is not known which of them
 * would be taken. Throws `WebhookFailure`.
 */
export async function allowedAddresses(
  host: string,
  { resolve, privateAddresses }: Reach,
): Promise<string[]> {
  // The host of a URL has an IPv6 address in brackets.
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(bare) === 0 ? await resolved(bare, resolve) : [bare];
  const refused = privateAddresses ? undefined : found.find((address) => !isPublicAddress(address));
  if (refused !== undefined)
    throw new WebhookFailure(`${host} is at ${refused}, which is not a public address`);
  return [...found];
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw new WebhookFailure(`${host} has no address (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
  throw new WebhookFailure(`${host} has no address`);
}

/**
 * Posts a message, signed as Standard Webhooks has it, to an address that was looked up and judged right before:
 * nothing is looked up again. Redirections are not followed. Answers the status, which is a success; throws
 * `WebhookFailure` for anything else.
 */
export async function callWebhook(
  address: string,
  message: WebhookMessage,
  now_ms: number,
  reach: Reach,
): Promise<number> {
  const url = new URL(address);
  const timeout = AbortSignal.timeout(LIMITS.webhook_ms);
  const late = new Promise<never>((_resolve, reject) => {
    const tell = () => reject(new WebhookFailure(`no answer within ${LIMITS.webhook_ms / 1000} s`));
    timeout.addEventListener('abort', tell, { once: true });
  });
  late.catch(() => undefined);
  const work = async (): Promise<number> => {
    const addresses = await allowedAddresses(url.hostname, reach);
    return post(url, addresses, headersOf(message, now_ms), message.body, timeout);
  };
  const status = await Promise.race([work(), late]);
  if (status >= 200 && status < 300) return status;
  const moved = status >= 300 && status < 400 ? ', and redirections are not followed' : '';
  throw new WebhookFailure(`answered with status ${status}${moved}`, status);
}

/** The headers of Standard Webhooks: the signature covers the id, the time and the body. */
export function headersOf({ id, body, secret }: WebhookMessage, now_ms: number): Record<string, string> {
  const timestamp = String(Math.floor(now_ms / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'purser-webhooks',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

function post(
  url: URL,
  addresses: readonly string[],
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  const known: LookupFunction = (_host, { all }, done) => {
    const [first] = entries;
    if (all) done(null, entries);
    else done(null, first?.address ?? '', first?.family);
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(new WebhookFailure(error.code ? `${error.message} (${error.code})` : error.message));
    const call = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        // No connection of another webhook is reused, whatever its address.
        agent: false,
        lookup: known,
        signal,
      },
      (response) => {
        const { statusCode = 0 } = response;
        let read = 0;
        response.on('data', (chunk: Buffer) => {
          read += chunk.byteLength;
          if (read > LIMITS.webhook_answer_bytes) response.destroy();
        });
        // The status is all that matters; however the answer ends, it has been given.
        response.on('close', () => resolve(statusCode));
        response.on('error', () => resolve(statusCode));
      },
    );
    call.on('error', failed);
    call.end(body);
  });
}
