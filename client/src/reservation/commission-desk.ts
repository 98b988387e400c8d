import { isObject, stringifyExact } from '@purser/text/json';
import { errorOfProblem } from '../errors/answer-errors.ts';
import { forCaller } from '../errors/caller-frames.ts';
import { Conflict, InvalidResponse, NotFound, type PurserError } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import { within } from '../http/deadline.ts';
import { path } from '../http/path.ts';
import { requireExact } from '../native/exact-integers.ts';
import type { NativeClient } from '../native/native-client.ts';
import type { Provision } from '../provisions.ts';
import { Batcher } from './batcher.ts';

/** A commission to issue. */
export interface Issue {
  readonly name: string;
  readonly force: boolean;
  readonly provisions: readonly Provision[];
  /** Undefined: the default of the component; null: never. */
  readonly expiresInSeconds: number | null | undefined;
}

/** An idempotency key, and whether it was generated for this call. */
interface Key {
  readonly key: string;
  readonly own: boolean;
}

interface Issued {
  readonly serial: number;
  /** Whether an earlier request with the same key issued it. */
  readonly replayed: boolean;
}

interface Resolution {
  readonly serial: number;
  readonly action: 'accept' | 'reject';
}

/** `otherwise`: it is no longer pending, and was not resolved as requested. */
export type Outcome = 'done' | 'otherwise';

/** The bounds of the service (see the OpenAPI document), and a body size that proxies accept by default. */
const COMMISSIONS_PER_REQUEST = 1000;
const SERIALS_PER_REQUEST = 10_000;
const BODY_CHARACTERS = 900_000;
/** Created objects must be charged, so resolutions are retried for longer than other calls: about ten seconds. */
const RESOLUTION_RETRIES = 6;

/**
 * Issues and resolves commissions of a component, with shared requests for concurrent calls, and knows which of them
 * are in progress in this process.
 */
export class CommissionDesk {
  readonly native: NativeClient;
  /** Serials of commissions that this process issued and has not resolved yet. */
  readonly underWay = new Set<number>();
  readonly #issues: Batcher<string, Issued>;
  readonly #resolutions: Batcher<Resolution, Outcome>;

  constructor(native: NativeClient) {
    this.native = native;
    this.#issues = new Batcher((texts, retries) => this.#sendIssues(texts, retries), {
      items: COMMISSIONS_PER_REQUEST,
      weight: BODY_CHARACTERS,
      weigh: (text) => text.length,
    });
    this.#resolutions = new Batcher((wanted, retries) => this.#sendResolutions(wanted, retries), {
      items: SERIALS_PER_REQUEST,
    });
  }

  /** Resolves when `underWay` has every commission whose issue request has been answered by now. */
  get landed(): Promise<void> {
    return this.#issues.landed;
  }

  /**
   * Issues a commission; it then counts as in progress until `release` is called. If the caller stops waiting, it is
   * withdrawn: it is not issued, or is rejected as soon as its serial is known. Exception: a commission that an earlier
   * request issued with a key of the caller stays pending, since its object may exist.
   */
  async issue(issue: Issue, { key, own }: Key, options: CallOptions): Promise<Issued> {
    options.signal?.throwIfAborted();
    const { name, force, provisions, expiresInSeconds } = issue;
    const commission = { name, force, key, expires_in: expiresInSeconds, provisions };
    // JSON has null for an invalid number, which means never.
    requireExact(commission);
    const ticket = this.#issues.submit(stringifyExact(commission), options.retries);
    try {
      return await within(ticket.verdict, options);
    } catch (error) {
      if (!ticket.withdraw()) {
        ticket.verdict.then(
          ({ serial, replayed }) => this.#takeBack(serial, own || !replayed),
          () => undefined,
        );
      }
      // Several callers share the request: each receives an error with its own stack.
      throw forCaller(error);
    }
  }

  /** Marks commissions as no longer in progress in this process. */
  release(serials: Iterable<number>): void {
    for (const serial of serials) this.underWay.delete(serial);
  }

  /** Resolves a commission of the component as a whole. A repetition has the same result. @throws PurserError */
  resolve(
    serial: number,
    action: 'accept' | 'reject',
    { retries, timeoutMs }: CallOptions,
  ): Promise<Outcome> {
    const { verdict } = this.#resolutions.submit({ serial, action }, retries);
    return within(verdict, { timeoutMs });
  }

  /** Accepts less than was reserved. A repetition has the same result. @throws PurserError */
  async acceptLess(
    serial: number,
    provisions: readonly Provision[],
    { retries = 0, timeoutMs }: CallOptions,
  ): Promise<Outcome> {
    try {
      await this.native.acceptCommission(
        serial,
        { provisions },
        { retries: Math.max(retries, RESOLUTION_RETRIES), timeoutMs },
      );
      return 'done';
    } catch (error) {
      if (error instanceof Conflict || error instanceof NotFound) return 'otherwise';
      throw error;
    }
  }

  /** Rejects a commission whose caller has stopped waiting. */
  async #takeBack(serial: number, undone: boolean): Promise<void> {
    try {
      if (undone) await this.resolve(serial, 'reject', {});
    } catch {
      // It stays pending until a reconciliation resolves it.
    } finally {
      this.underWay.delete(serial);
    }
  }

  async #sendIssues(
    texts: readonly string[],
    retries: number | undefined,
  ): Promise<(Issued | PurserError)[]> {
    const { data } = await this.native.call(
      {
        method: 'POST',
        path: path`/commissions/bulk`,
        headers: { 'content-type': 'application/json' },
        text: `{"commissions":[${texts.join(',')}]}`,
        list: 'results',
        // Every commission has a key.
        repeatable: true,
      },
      { retries },
    );
    const { results } = data as { readonly results: readonly unknown[] };
    if (results.length !== texts.length) {
      throw unexpected('The response does not have one result for each commission.', data);
    }
    return results.map((result) => this.#verdictOf(result));
  }

  #verdictOf(result: unknown): Issued | PurserError {
    if (isObject(result) && 'problem' in result) return errorOfProblem(result['problem']);
    const serial = isObject(result) ? result['serial'] : undefined;
    if (typeof serial !== 'number') return unexpected('A result has neither a serial nor a problem.', result);
    if (this.underWay.has(serial)) {
      return new Conflict('This process handles a commission with the same key.', {
        code: 'in_progress',
      });
    }
    this.underWay.add(serial);
    return { serial, replayed: isObject(result) && result['replayed'] === true };
  }

  async #sendResolutions(wanted: readonly Resolution[], retries = 0): Promise<(Outcome | PurserError)[]> {
    const serials = (action: string): number[] =>
      wanted.filter((one) => one.action === action).map(({ serial }) => serial);
    const verdicts = await resolveAll(
      this.native,
      { accept: serials('accept'), reject: serials('reject') },
      { retries: Math.max(retries, RESOLUTION_RETRIES) },
    );
    return wanted.map(({ serial }) => verdicts.get(serial) ?? unresolvable(serial));
  }
}

/**
 * The results of resolving commissions, by serial; those that could not be resolved are missing. @throws PurserError
 */
export async function resolveAll(
  native: NativeClient,
  wanted: {
    readonly accept: readonly number[];
    readonly reject: readonly number[];
    readonly reason?: string;
  },
  options: CallOptions,
): Promise<Map<number, Outcome>> {
  const verdict = await native.resolveCommissions(wanted, options);
  const outcomes = new Map<number, Outcome>();
  for (const [list, outcome] of Object.entries(OUTCOMES)) {
    for (const serial of verdict?.[list as keyof typeof OUTCOMES] ?? []) outcomes.set(serial, outcome);
  }
  return outcomes;
}

const OUTCOMES = {
  accepted: 'done',
  rejected: 'done',
  resolved: 'otherwise',
  not_found: 'otherwise',
} as const;

/** The error for a commission that the service could neither accept nor reject. */
export const unresolvable = (serial: number): InvalidResponse =>
  unexpected(`The service cannot resolve commission ${serial}.`, undefined);

function unexpected(message: string, data: unknown): InvalidResponse {
  return new InvalidResponse(message, { data });
}
