import { holdingKey, type Logged, type Provision, type Seen, type State } from './remote-cloud.ts';

/** A commission that a client requested, and what the client knows about it. */
export interface Asked {
  /** Unique, so that the log can be compared with the requests. */
  readonly name: string;
  readonly client: number;
  readonly key: string | undefined;
  readonly body: string;
  readonly provisions: readonly Provision[];
  readonly autoAccept: boolean;
  /** `refused`: the service must not have it; `unknown`: no answer was received. */
  outcome: 'acknowledged' | 'refused' | 'unknown';
  serial: number | undefined;
  /** The states that agree with all requests and answers. */
  states: Set<State>;
  /** The provisions of a partial acceptance. */
  acceptedAs: readonly Provision[] | undefined;
}

/** The result for requests without an answer. */
export interface Comparison {
  readonly violations: string[];
  /** Issues that the service has, and has not. */
  readonly happened: number;
  readonly vanished: number;
}

/**
 * The requests of the clients and their answers, which the state of the service is compared with. It knows what a
 * commission adds to a holding (quota §3.2), and does not use the code of the ledger.
 */
export class Book {
  readonly #asked = new Map<string, Asked>();
  readonly #bySerial = new Map<number, Asked>();
  /** Answers that contradict earlier ones. */
  readonly #wrongAnswers: string[] = [];

  get size(): number {
    return this.#asked.size;
  }

  note(asked: Asked): void {
    this.#asked.set(asked.name, asked);
  }

  wrong(text: string): void {
    this.#wrongAnswers.push(text);
  }

  /** The serial that an issue was answered. */
  acknowledge(asked: Asked, serial: number): void {
    const other = this.#bySerial.get(serial);
    if (other && other !== asked) this.wrong(`serial ${serial} was given to ${other.name} and ${asked.name}`);
    if (asked.serial !== undefined && asked.serial !== serial) {
      this.wrong(`${asked.name} was issued as ${asked.serial} and again as ${serial}`);
    }
    if (asked.serial === undefined) asked.states = new Set([asked.autoAccept ? 'accepted' : 'pending']);
    asked.outcome = 'acknowledged';
    asked.serial = serial;
    this.#bySerial.set(serial, asked);
  }

  /** Issues without an answer. */
  unanswered(): Asked[] {
    return [...this.#asked.values()].filter(({ outcome }) => outcome === 'unknown');
  }

  /** Commissions that were acknowledged. */
  acknowledged(): Asked[] {
    return [...this.#asked.values()].filter(({ outcome }) => outcome === 'acknowledged');
  }

  /** What this client can resolve. */
  pendingOf(client: number): Asked[] {
    return this.acknowledged().filter(
      (asked) => asked.client === client && asked.states.size === 1 && asked.states.has('pending'),
    );
  }

  /**
   * Compares with the state of the service, while no client writes. Afterwards the result of requests without an answer
   * is known, and a later absence or change is a violation too.
   */
  compare(seen: Seen, { limitsHold }: { limitsHold: boolean }): Comparison {
    const violations = this.#wrongAnswers.splice(0);
    const unanswered = this.unanswered();
    this.#compareLog(seen.log, violations);
    this.#comparePending(seen, violations);
    compareHoldings(seen, limitsHold, violations);
    const happened = unanswered.filter(({ serial }) => serial !== undefined).length;
    for (const asked of unanswered) if (asked.serial === undefined) asked.outcome = 'refused';
    return { violations, happened, vanished: unanswered.length - happened };
  }

  #compareLog(log: readonly Logged[], violations: string[]): void {
    const found = new Set<string>();
    for (const logged of log) {
      const asked = this.#asked.get(logged.name);
      if (!asked) violations.push(`no client requested ${logged.serial}, ${logged.name}`);
      else if (found.has(asked.name))
        violations.push(`${asked.name} is there twice, again as ${logged.serial}`);
      else this.#compareOne(asked, logged, violations);
      found.add(logged.name);
    }
    for (const asked of this.#asked.values()) {
      if (asked.outcome === 'acknowledged' && !found.has(asked.name)) {
        violations.push(`${asked.name} was acknowledged as ${asked.serial} and is not there`);
      }
    }
  }

  #compareOne(asked: Asked, logged: Logged, violations: string[]): void {
    const { name } = asked;
    if (asked.outcome === 'refused') violations.push(`${name} was refused or absent, and is there`);
    if (asked.serial !== undefined && asked.serial !== logged.serial) {
      violations.push(`${name} was acknowledged as ${asked.serial} and is there as ${logged.serial}`);
    }
    if (!sameProvisions(asked.provisions, logged.provisions)) violations.push(`${name} has other provisions`);
    if (asked.outcome === 'unknown') this.acknowledge(asked, logged.serial);
    if (!asked.states.has(logged.state)) {
      violations.push(`${name} is ${logged.state}, but must be ${[...asked.states].join(' or ')}`);
    }
    const accepted = logged.accepted ?? logged.provisions;
    if (logged.state === 'accepted' && !sameProvisions(asked.acceptedAs ?? asked.provisions, accepted)) {
      violations.push(`${name} was accepted with other quantities`);
    }
    // From here on the state is known, even if an answer is missing.
    asked.states = new Set([logged.state]);
  }

  #comparePending({ log, pending }: Seen, violations: string[]): void {
    const logged = log.filter(({ state }) => state === 'pending').map(({ serial }) => serial);
    if (logged.sort(ascending).join() !== [...pending].sort(ascending).join()) {
      violations.push('the list of pending serials is not that of the log');
    }
  }
}

const ascending = (a: number, b: number): number => a - b;

/** Per holding; provisions of one commission on one holding count together. */
function sums(provisions: readonly Provision[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const provision of provisions) {
    const key = holdingKey(provision);
    sum.set(key, (sum.get(key) ?? 0) + provision.quantity);
  }
  return sum;
}

function sameProvisions(left: readonly Provision[], right: readonly Provision[]): boolean {
  const [a, b] = [sums(left), sums(right)];
  return a.size === b.size && [...a].every(([key, quantity]) => b.get(key) === quantity);
}

/** Holdings as they must be: all that was accepted, and on top the pending imports; pending is what is reserved. */
function expectedHoldings(log: readonly Logged[]): Map<string, { usage: number; pending: number }> {
  const expected = new Map<string, { usage: number; pending: number }>();
  for (const { state, provisions, accepted } of log) {
    if (state === 'rejected') continue;
    for (const provision of state === 'accepted' ? (accepted ?? provisions) : provisions) {
      const key = holdingKey(provision);
      const holding = expected.get(key) ?? { usage: 0, pending: 0 };
      const { quantity } = provision;
      if (state === 'accepted' || quantity > 0) holding.usage += quantity;
      if (state === 'pending') holding.pending += Math.abs(quantity);
      expected.set(key, holding);
    }
  }
  return expected;
}

function compareHoldings({ log, holdings }: Seen, limitsHold: boolean, violations: string[]): void {
  const expected = expectedHoldings(log);
  for (const key of expected.keys()) if (!holdings.has(key)) violations.push(`${key} is not shown`);
  for (const [key, { limit, usage, pending }] of holdings) {
    const must = expected.get(key) ?? { usage: 0, pending: 0 };
    if (usage !== must.usage || pending !== must.pending) {
      const sum = `${must.usage} (pending ${must.pending})`;
      violations.push(`${key} is ${usage} (pending ${pending}); its commissions make ${sum}`);
    }
    if (!(usage - pending >= 0 && pending >= 0))
      violations.push(`${key}: ${usage}, of it pending ${pending}`);
    if (limitsHold && usage > limit) violations.push(`${key} is ${usage}, above its limit of ${limit}`);
  }
}
