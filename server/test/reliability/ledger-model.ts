import type {
  IssueRequest,
  IssueVerdict,
  Provision,
  ResolveRequest,
} from '../../src/ledger/core/commission.ts';

/**
 * The rules of the ledger as they are documented (quota §3.1 to §3.4), written to be
 * obviously right and nothing else: no batches, no row numbers, no code of the ledger. Everything is a Map.
 */
export class LedgerModel {
  readonly live = new Map<string, boolean>();
  /** project → resource → [capacity, member capacity] */
  readonly pools = new Map<string, Map<string, [bigint, bigint]>>();
  /** "user project" → open */
  readonly seats = new Map<string, boolean>();
  /** "holder source resource" → counters */
  readonly usage = new Map<string, { min: bigint; max: bigint }>();
  readonly pending = new Map<number, { component: string; changes: Provision[]; expiresAt: number | null }>();
  /** "component key" → what was asked and what it became */
  readonly keys = new Map<string, { asked: string; serial: number }>();
  /** serial → outcome */
  readonly outcomes = new Map<
    number,
    { state: string; reason: string | null; accepted: Provision[] | null }
  >();
  now = 0;

  /** The limit of a holding, undefined if there is no such holding. */
  limit({ holder, source, resource }: Omit<Provision, 'quantity'>): bigint | undefined {
    const project = (source ?? holder).slice('project:'.length);
    if (!(source ?? holder).startsWith('project:')) return undefined;
    const pool = this.pools.get(project)?.get(resource);
    if (!pool) return undefined;
    const live = this.live.get(project) ?? false;
    if (source === null) return live ? pool[0] : 0n;
    if (!holder.startsWith('user:')) return undefined;
    const open = this.seats.get(`${holder.slice('user:'.length)} ${project}`);
    if (open === undefined) return undefined;
    return live && open ? pool[1] : 0n;
  }

  counters(key: Omit<Provision, 'quantity'>): { min: bigint; max: bigint } {
    const text = `${key.holder} ${key.source} ${key.resource}`;
    const found = this.usage.get(text) ?? { min: 0n, max: 0n };
    this.usage.set(text, found);
    return found;
  }

  /** What must come out, and the state after it. The serial is the one that was really given. */
  issue(request: IssueRequest, serial: number | undefined): IssueVerdict {
    const changes: Provision[] = [];
    for (const provision of request.provisions) {
      const index = changes.findIndex(
        (one) =>
          one.holder === provision.holder &&
          one.source === provision.source &&
          one.resource === provision.resource,
      );
      const earlier = changes[index];
      if (earlier) changes[index] = { ...earlier, quantity: earlier.quantity + provision.quantity };
      else changes.push(provision);
    }
    const asked = `${request.force} ${request.autoAccept} ${changes.map((one) => `${keyOf(one)} ${one.quantity}`).join()}`;
    const key = request.key === undefined ? undefined : `${request.component} ${request.key}`;
    const known = key === undefined ? undefined : this.keys.get(key);
    if (known) {
      return known.asked === asked
        ? { ok: true, serial: known.serial, replayed: true }
        : { ok: false, keyReused: true };
    }
    for (const provision of changes) {
      if (this.limit(provision) === undefined) {
        return { ok: false, refusal: { code: 'no_holding', provision } };
      }
    }
    for (const provision of changes) {
      const limit = this.limit(provision) as bigint;
      const { min, max } = this.counters(provision);
      const { quantity } = provision;
      const ceiling = request.force ? 2n ** 63n - 1n : limit;
      if (quantity > 0n && max + quantity > ceiling) {
        return { ok: false, refusal: { code: 'no_capacity', provision, limit, usage: max } };
      }
      if (quantity < 0n && min + quantity < 0n) {
        return { ok: false, refusal: { code: 'no_quantity', provision, limit: 0n, usage: min } };
      }
    }
    for (const provision of changes) {
      const counters = this.counters(provision);
      if (provision.quantity >= 0n) counters.max += provision.quantity;
      else counters.min += provision.quantity;
    }
    const given = serial ?? -1;
    if (key !== undefined) this.keys.set(key, { asked, serial: given });
    this.pending.set(given, { component: request.component, changes, expiresAt: request.expiresAt ?? null });
    if (request.autoAccept) this.settle(given, true, null);
    return { ok: true, serial: given };
  }

  resolve({ component, accept, reject, partial = [], reason }: ResolveRequest) {
    const verdict = {
      accepted: [] as number[],
      rejected: [] as number[],
      notFound: [] as number[],
      conflicting: [] as number[],
      damaged: [] as number[],
      invalid: [] as number[],
    };
    const once = (serials: readonly number[]) => [...new Set(serials)];
    const accepting = once([...accept, ...partial.map(({ serial }) => serial)]);
    verdict.conflicting = accepting.filter((serial) => reject.includes(serial));
    const act = (serials: readonly number[], yes: boolean, list: number[]) => {
      for (const serial of serials) {
        if (verdict.conflicting.includes(serial)) continue;
        const commission = this.pending.get(serial);
        if (!commission || (component !== null && commission.component !== component)) {
          verdict.notFound.push(serial);
        } else if (commission.expiresAt !== null && commission.expiresAt <= this.now) {
          this.settle(serial, false, 'expired');
          verdict.notFound.push(serial);
        } else {
          const less = yes ? partial.findLast((one) => one.serial === serial) : undefined;
          const parts = less && this.parts(commission.changes, less.provisions);
          if (less && !parts) verdict.invalid.push(serial);
          else {
            this.settle(serial, yes, reason ?? null, parts);
            list.push(serial);
          }
        }
      }
    };
    act(accepting, true, verdict.accepted);
    act(once(reject), false, verdict.rejected);
    return verdict;
  }

  /** The serials that run out now. */
  expire(): number[] {
    const overdue = [...this.pending].filter(
      ([, { expiresAt }]) => expiresAt !== null && expiresAt <= this.now,
    );
    for (const [serial] of overdue) this.settle(serial, false, 'expired');
    return overdue.map(([serial]) => serial);
  }

  /** What is accepted of each change; undefined if that is not part of it. */
  parts(changes: Provision[], wanted: readonly Provision[]): Provision[] | undefined {
    const sums = new Map<string, bigint>();
    for (const one of wanted) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0n) + one.quantity);
    const names = changes.map(keyOf);
    if ([...sums.keys()].some((name) => !names.includes(name))) return undefined;
    const parts = changes.map((one) => ({ ...one, quantity: sums.get(keyOf(one)) ?? one.quantity }));
    const fits = parts.every(({ quantity }, index) => {
      const whole = (changes[index] as Provision).quantity;
      return whole >= 0n ? quantity >= 0n && quantity <= whole : quantity <= 0n && quantity >= whole;
    });
    return fits ? parts : undefined;
  }

  settle(serial: number, accepting: boolean, reason: string | null, parts?: Provision[]): void {
    const changes = this.pending.get(serial)?.changes ?? [];
    this.pending.delete(serial);
    for (const [index, provision] of changes.entries()) {
      const counters = this.counters(provision);
      const taken = accepting ? (parts?.[index]?.quantity ?? provision.quantity) : 0n;
      const given = provision.quantity - taken;
      if (provision.quantity >= 0n) {
        counters.min += taken;
        counters.max -= given;
      } else {
        counters.max += taken;
        counters.min -= given;
      }
    }
    const less = parts?.some(({ quantity }, index) => quantity !== changes[index]?.quantity);
    this.outcomes.set(serial, {
      state: accepting ? 'accepted' : 'rejected',
      reason: reason ?? null,
      accepted: less ? (parts ?? null) : null,
    });
  }
}

const keyOf = ({ holder, source, resource }: Provision): string => `${holder} ${source} ${resource}`;
