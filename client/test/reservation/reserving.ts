import { parseExact } from '@purser/text/json';
import { type Cloud, startCloud, VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import type { OpenStorage } from '../../../server/test/support/engines.ts';
import {
  fetchTransport,
  Purser,
  type PurserOptions,
  type Transport,
  type TransportRequest,
} from '../../src/index.ts';

interface Quotas {
  items: { usage: number | bigint; pending: number | bigint }[];
}

/** A cloud, and a client with the secret of its service. */
export interface Reserving extends Cloud {
  readonly client: Purser;
  /** `METHOD /path` of all requests of `client`. */
  readonly sent: string[];
  /** Intercepts requests of `client`; default: forwards them. */
  through: ((request: TransportRequest, send: Transport) => ReturnType<Transport>) | undefined;
  /** Another client with the same secret, like in another process. */
  another(options?: Partial<PurserOptions>): Purser;
  /** Usage and pending quantity of a resource for the user in a project; default: the system project. */
  usage(resource?: string, project?: string): Promise<[number | bigint, number | bigint]>;
  /** All commissions of the component, as the service lists them. */
  // biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
  commissions(): Promise<any[]>;
}

export async function startReserving(open: OpenStorage): Promise<Reserving> {
  const cloud = await startCloud(open);
  const sent: string[] = [];
  const send = fetchTransport();
  const options: PurserOptions = {
    url: cloud.purser.url,
    token: cloud.service,
    timing: { now: Date.now, random: () => 0, wait: async () => undefined },
  };
  const reserving: Reserving = {
    ...cloud,
    sent,
    through: undefined,
    client: new Purser({
      ...options,
      transport: (request) => {
        sent.push(`${request.method} ${new URL(request.url).pathname}`);
        return (reserving.through ?? ((one) => send(one)))(request, send);
      },
    }),
    another: (others) => new Purser({ ...options, ...others }),
    usage: async (resource = VISIBLE, project = cloud.user.uuid) => {
      const answer = await cloud.purser.admin(
        'GET',
        `/api/quotas?user=${cloud.user.uuid}&project=${project}&resource=${resource}`,
      );
      const { items } = parseExact(await answer.text()) as unknown as Quotas;
      return [items[0]?.usage ?? 0, items[0]?.pending ?? 0];
    },
    commissions: async () => {
      const found: unknown[] = [];
      for (let after = ''; ; ) {
        const answer = await cloud.purser.fetch(`/api/commissions?limit=1000${after}`, {
          headers: { authorization: `Bearer ${cloud.service}` },
        });
        const { items, next } = (await answer.json()) as { items: unknown[]; next: string | null };
        found.push(...items);
        if (next === null) return found;
        after = `&after=${encodeURIComponent(next)}`;
      }
    },
  };
  return reserving;
}
