import { fetchTransport, Purser, type PurserOptions } from '@purser/client';
import { RESOURCES, type User } from '../population.ts';
import type { FactScenario } from '../scenario.ts';
import { filledPurser } from './filled-purser.ts';

/** Number of concurrent reservations of a service. */
const CONCURRENCY = 64;
const MEASURED_MS = 2000;

interface Side {
  readonly per_second: number;
  /** CPU time of the client for one reservation. */
  readonly cpu_us: number;
}

type Reserve = (client: Purser, user: User, name: string) => Promise<unknown>;

const resources = { [RESOURCES.machine]: 1, [RESOURCES.bytes]: 1_000_000 };

/** Reservations by `reserve`: concurrent ones share requests. */
const shared: Reserve = (client, { id }, name) =>
  client.reserve({ user: id, resources, name }, () => undefined);

/** Reservations without `reserve`: one request to issue, one to accept. */
const oneByOne: Reserve = async ({ account }, { id: holder }, name) => {
  const serial = await account.issueOneCommission({ holder, source: holder, provisions: resources, name });
  await account.acceptCommission(serial);
};

async function measured(options: PurserOptions, users: readonly User[], reserve: Reserve): Promise<Side> {
  const client = new Purser(options);
  let done = 0;
  const until = performance.now() + MEASURED_MS;
  const inTurn = async (): Promise<void> => {
    while (performance.now() < until) {
      await reserve(client, users[done++ % users.length] as User, `bench ${done}`);
    }
  };
  const begun = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: CONCURRENCY }, inTurn));
  const { user, system } = process.cpuUsage(cpu);
  const passed_s = (performance.now() - begun) / 1000;
  client.close();
  return { per_second: done / passed_s, cpu_us: (user + system) / done };
}

/** Throughput of reservations by the client library; the control does not use `reserve`. */
export const clientReservations: FactScenario = {
  kind: 'facts',
  name: 'client-reservations',
  summary: 'reservations by the client library, 64 at once; compared with one request for each step',
  async measure(stage) {
    const { server, population } = await filledPurser(stage);
    const options = {
      url: `http://127.0.0.1:${server.port}`,
      token: population.componentToken,
      poolSize: CONCURRENCY,
    };
    const run = (reserve: Reserve, more: Partial<PurserOptions> = {}) =>
      measured({ ...options, ...more }, population.users, reserve);
    await run(shared);
    const [single, byFetch, batched] = [
      await run(oneByOne),
      await run(oneByOne, { transport: fetchTransport() }),
      await run(shared),
    ];
    return [
      { name: 'reservations', value: batched.per_second, unit: '/s' },
      { name: "reservations, client's CPU time each", value: batched.cpu_us, unit: 'µs' },
      { name: 'one by one', value: single.per_second, unit: '/s' },
      { name: "one by one, client's CPU time each", value: single.cpu_us, unit: 'µs' },
      { name: 'one by one, by fetch', value: byFetch.per_second, unit: '/s' },
      { name: "one by one, by fetch, client's CPU time each", value: byFetch.cpu_us, unit: 'µs' },
      { name: 'reservations ÷ one by one', value: batched.per_second / single.per_second, unit: '×' },
    ];
  },
};
