import pg from 'pg';
import { PurserError } from '../lib/errors.ts';
import type { Availability } from './outages/availability.ts';
import { isPoolExhausted } from './outages/postgres-outages.ts';

/** How to cut each connection that is open. */
export type LiveConnections = Set<() => void>;

type Callback = (error: unknown, ...rest: unknown[]) => void;
type Call = (...args: unknown[]) => unknown;

/**
 * A pool whose failures are reported to `availability` and come back translated by it. Each of its connections has a
 * listener for errors for as long as it lives: one without ends the process when it breaks, in use or not. A caller that
 * waits for a statement on it hears of it by that.
 */
export function watchedPool(
  config: pg.PoolConfig,
  availability: Availability,
  live: LiveConnections,
): pg.Pool {
  const pool = new pg.Pool({ ...config, Client: watchedClient(availability) } as pg.PoolConfig);
  const cuts = new WeakMap<pg.PoolClient, () => void>();
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
    const cut = (): void => connection.stream.destroy();
    cuts.set(client, cut);
    live.add(cut);
  });
  pool.on('remove', (client) => {
    const cut = cuts.get(client);
    if (cut) live.delete(cut);
  });
  const translate = (error: unknown): unknown =>
    isPoolExhausted(error) ? new PurserError('too_busy') : availability.report(error);
  const connect = pool.connect.bind(pool) as Call;
  pool.connect = translated(connect, translate) as typeof pool.connect;
  return pool;
}

function watchedClient(availability: Availability): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      const query = this.query.bind(this) as Call;
      this.query = translated(query, (error) => availability.report(error)) as typeof this.query;
    }
  };
}

/** A function of the driver, which answers by a callback or by a promise, with its errors translated. */
function translated(call: Call, translate: (error: unknown) => unknown): Call {
  return (...args) => {
    const last = args.at(-1);
    if (typeof last === 'function') {
      const callback = last as Callback;
      args[args.length - 1] = (error: unknown, ...rest: unknown[]) =>
        callback(error ? translate(error) : error, ...rest);
    }
    const answer = call(...args);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      throw translate(error);
    });
  };
}
