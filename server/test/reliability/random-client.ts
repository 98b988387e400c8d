import type { Asked, Book } from './book.ts';
import {
  type Answer,
  holdingKey,
  type Provision,
  type RemoteCloud,
  type State,
  send,
} from './remote-cloud.ts';

/** How often each thing is done, of 100. */
const WEIGHTS = { issue: 50, bulkIssue: 5, resolve: 30, bulkResolve: 10, partialAccept: 5 } as const;
const BULK_MAX = 8;
/** Too busy, or stopping: nothing was written, unless the text says that the database connection was lost. */
const BUSY = 503;
const COMMIT_LOST = /not known whether/;
/** A resolution is read again after it was stored, so it may have been committed. */
const DATABASE_LOST = /not known whether|does not answer/;
/** Over the limit. All holdings exist, so 404 is never right. */
const REFUSALS = new Set([413, BUSY]);
/** How often a client closes the connection before it receives the answer, and after how long. */
const TIMEOUT_CHANCE = 0.03;
const TIMEOUT_MS = { least: 1, most: 8 };

export interface ClientOptions {
  readonly id: number;
  /** Part of every name, so that no two runs give the same. */
  readonly run: string;
  readonly cloud: RemoteCloud;
  readonly book: Book;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where the next request goes. */
  readonly url: () => string;
  /** The client ends when this says so, or when an answer fails to come. */
  readonly stopped: () => boolean;
}

/** What clients have done so far. */
export interface Counts {
  requests: number;
  issued: number;
  refused: number;
  resolved: number;
}

type Flip = Exclude<State, 'pending'>;

/**
 * A service that charges at random and records the answers. No other client resolves its commissions, so it knows what
 * every answer must be.
 */
export class RandomClient {
  readonly #options: ClientOptions;
  readonly #pending: Asked[];
  #count = 0;
  #lastSerial = 0;
  readonly counts: Counts = { requests: 0, issued: 0, refused: 0, resolved: 0 };

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#pending = options.book.pendingOf(options.id);
  }

  async run(): Promise<void> {
    while (!this.#options.stopped()) {
      try {
        await this.#step();
      } catch (error) {
        // No answer: the result is found later. Without a timeout, the service has ended.
        if ((error as Error).name !== 'TimeoutError') return;
      }
    }
  }

  #step(): Promise<void> {
    const { issue, bulkIssue, resolve, bulkResolve } = WEIGHTS;
    const die = this.#below(100);
    if (this.#pending.length === 0 || die < issue) return this.#issue();
    if (die < issue + bulkIssue) return this.#bulkIssue();
    if (die < issue + bulkIssue + resolve) return this.#resolve();
    if (die < issue + bulkIssue + resolve + bulkResolve) return this.#bulkResolve();
    return this.#acceptPartially();
  }

  async #issue(): Promise<void> {
    const asked = this.#ask();
    await issueOnce(this.#options, asked, this.#timeout_ms());
    this.counts.requests += 1;
    this.#learn(asked);
  }

  async #bulkIssue(): Promise<void> {
    const asked = Array.from({ length: 1 + this.#below(BULK_MAX) }, () => this.#ask());
    const commissions = asked.map(({ body, key }) => ({ ...JSON.parse(body), ...(key && { key }) }));
    const answer = await this.#post('/api/commissions/bulk', { commissions });
    const verdicts = bulkVerdicts(answer);
    for (const [index, one] of asked.entries()) {
      const { serial, problem } = verdicts[index] ?? { problem: { status: answer.status } };
      if (serial !== undefined) this.#options.book.acknowledge(one, serial);
      else if (COMMIT_LOST.test(problem?.detail ?? answer.text)) continue;
      else if (problem && REFUSALS.has(problem.status)) one.outcome = 'refused';
      else this.#options.book.wrong(`${one.name}, in a bulk, was answered ${answer.status} ${answer.text}`);
      this.#learn(one);
    }
  }

  #learn(asked: Asked): void {
    const { serial } = asked;
    if (serial === undefined) {
      this.counts.refused += 1;
      return;
    }
    this.counts.issued += 1;
    if (serial <= this.#lastSerial) {
      this.#options.book.wrong(`serial ${serial} came after ${this.#lastSerial}`);
    }
    this.#lastSerial = serial;
    if (!asked.autoAccept) this.#pending.push(asked);
  }

  async #resolve(): Promise<void> {
    const asked = this.#take();
    const flip = this.#flip(asked);
    const body = flip === 'accepted' ? { accept: '' } : { reject: '' };
    const answer = await this.#post(`/account/v1.0/commissions/${asked.serial}/action`, body);
    this.#flipped(asked, flip, answer.status === 200, answer);
  }

  async #bulkResolve(): Promise<void> {
    const taken = Array.from({ length: Math.min(this.#pending.length, BULK_MAX) }, () => this.#take());
    const both = taken.length > 2 && this.#chance(0.3) ? taken.pop() : undefined;
    const flips = taken.map((asked) => ({ asked, flip: this.#flip(asked) }));
    const serials = (wanted: Flip): (number | undefined)[] => [
      ...flips.filter(({ flip }) => flip === wanted).map(({ asked }) => asked.serial),
      ...(both ? [both.serial] : []),
    ];
    const body = { accept: serials('accepted'), reject: serials('rejected') };
    const answer = await this.#post('/account/v1.0/commissions/action', body);
    const resolved = (answer.status === 200 ? JSON.parse(answer.text) : {}) as Partial<
      Record<Flip, number[]>
    >;
    for (const { asked, flip } of flips) {
      this.#flipped(asked, flip, resolved[flip]?.includes(asked.serial as number) === true, answer);
    }
    // A request to accept and reject it changes nothing.
    if (both) this.#pending.push(both);
  }

  /** Half of what was reserved, towards zero, on all its holdings. */
  async #acceptPartially(): Promise<void> {
    const asked = this.#take();
    const halves = merged(asked.provisions).map((one) => ({
      ...one,
      quantity: Math.trunc(one.quantity / 2),
    }));
    asked.states.add('accepted');
    asked.acceptedAs = halves;
    const answer = await this.#post(`/api/commissions/${asked.serial}/accept`, { provisions: halves });
    this.#flipped(asked, 'accepted', answer.status === 200, answer);
  }

  /** What a commission is about to become, as a whole. */
  #flip(asked: Asked): Flip {
    const flip = this.#chance(0.55) ? 'accepted' : 'rejected';
    asked.states.add(flip);
    asked.acceptedAs = undefined;
    return flip;
  }

  #flipped(asked: Asked, flip: Flip, done: boolean, { status, text }: Answer): void {
    if (done) {
      asked.states = new Set([flip]);
      this.counts.resolved += 1;
    } else if (status === BUSY && DATABASE_LOST.test(text)) {
      // Its state is found later.
    } else if (status === BUSY) {
      asked.states.delete(flip);
      this.#pending.push(asked);
    } else {
      this.#options.book.wrong(
        `${asked.name}, pending as ${asked.serial}, was not ${flip}: ${status} ${text}`,
      );
    }
  }

  async #post(path: string, body: unknown): Promise<Answer> {
    const { token } = this.#options.cloud.component;
    const headers: Record<string, string> = path.startsWith('/api/')
      ? { authorization: `Bearer ${token}` }
      : { 'x-auth-token': token };
    const url = this.#options.url() + path;
    const answer = await send(url, 'POST', headers, JSON.stringify(body), this.#timeout_ms());
    this.counts.requests += 1;
    return answer;
  }

  #timeout_ms(): number | undefined {
    const { least, most } = TIMEOUT_MS;
    return this.#chance(TIMEOUT_CHANCE)
      ? Math.round(least + this.#options.random() * (most - least))
      : undefined;
  }

  #ask(): Asked {
    const { id, run, book } = this.#options;
    const name = `${run}-${id}-${this.#count++}`;
    const provisions = this.#provisions();
    const autoAccept = this.#chance(0.2);
    const asked: Asked = {
      name,
      client: id,
      key: this.#chance(0.5) ? `key-${name}` : undefined,
      body: JSON.stringify({ name, auto_accept: autoAccept, provisions }),
      provisions,
      autoAccept,
      outcome: 'unknown',
      serial: undefined,
      states: new Set([autoAccept ? 'accepted' : 'pending']),
      acceptedAs: undefined,
    };
    book.note(asked);
    return asked;
  }

  /** One or two users' charges or releases, each on the user's holding and on the project's. */
  #provisions(): Provision[] {
    const { users } = this.#options.cloud;
    return Array.from({ length: this.#chance(0.15) ? 2 : 1 }, () => {
      const user = users[this.#below(users.length)] as string;
      return this.#charged().flatMap((resource) => {
        const quantity = this.#chance(0.15) ? -1 - this.#below(2) : this.#below(4);
        const source = `project:${user}`;
        return [
          { holder: `user:${user}`, source, resource, quantity },
          { holder: source, source: null, resource, quantity },
        ];
      });
    }).flat();
  }

  #charged(): readonly string[] {
    const { resources } = this.#options.cloud;
    return this.#chance(0.4) ? resources : [resources[this.#below(resources.length)] as string];
  }

  /** A pending commission, no longer among those that can be taken. */
  #take(): Asked {
    const [asked] = this.#pending.splice(this.#below(this.#pending.length), 1);
    return asked as Asked;
  }

  #chance(probability: number): boolean {
    return this.#options.random() < probability;
  }

  #below(bound: number): number {
    return Math.floor(this.#options.random() * bound);
  }
}

/** One provision per holding: a commission is accepted by holdings, however it was asked for. */
function merged(provisions: readonly Provision[]): Provision[] {
  const byKey = new Map<string, Provision>();
  for (const provision of provisions) {
    const key = holdingKey(provision);
    const quantity = (byKey.get(key)?.quantity ?? 0) + provision.quantity;
    byKey.set(key, { ...provision, quantity });
  }
  return [...byKey.values()];
}

interface BulkVerdict {
  serial?: number;
  problem?: { status: number; detail?: string };
}

function bulkVerdicts({ status, text }: Answer): BulkVerdict[] {
  return status === 200 ? (JSON.parse(text) as { results: BulkVerdict[] }).results : [];
}

/**
 * Sends an issue, for the first time or again, and writes down the answer. Rejects if none comes.
 * @param timeout_ms after which it closes the connection
 */
export async function issueOnce(
  { url, cloud, book }: Pick<ClientOptions, 'url' | 'cloud' | 'book'>,
  asked: Asked,
  timeout_ms?: number,
): Promise<void> {
  const headers = {
    'x-auth-token': cloud.component.token,
    ...(asked.key !== undefined && { 'idempotency-key': asked.key }),
  };
  const path = `${url()}/account/v1.0/commissions`;
  const { status, text } = await send(path, 'POST', headers, asked.body, timeout_ms);
  if (status === BUSY && COMMIT_LOST.test(text)) return;
  if (status === 201) book.acknowledge(asked, (JSON.parse(text) as { serial: number }).serial);
  else if (!REFUSALS.has(status)) book.wrong(`${asked.name} was answered ${status} ${text}`);
  else if (asked.serial === undefined) asked.outcome = 'refused';
  else if (status !== BUSY) book.wrong(`${asked.name}, issued as ${asked.serial}, was then refused`);
}
