import type { IssueRequest, IssueVerdict, Provision, ResolveRequest } from '../../src/ledger/commission.ts';

/**
 * The quotaholder as the specification tells it (quota-projects 2.2 to 2.4, and the limits of 4.1), written to be
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
  readonly pending = new Map<number, { component: string; changes: Provision[] }>();

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
    this.pending.set(given, { component: request.component, changes });
    if (request.autoAccept) this.settle(given, true);
    return { ok: true, serial: given };
  }

  resolve({ component, accept, reject }: ResolveRequest) {
    const verdict = {
      accepted: [] as number[],
      rejected: [] as number[],
      notFound: [] as number[],
      conflicting: [] as number[],
      damaged: [] as number[],
    };
    const once = (serials: readonly number[]) => [...new Set(serials)];
    verdict.conflicting = once(accept).filter((serial) => reject.includes(serial));
    const act = (serials: readonly number[], accepting: boolean, list: number[]) => {
      for (const serial of once(serials)) {
        if (verdict.conflicting.includes(serial)) continue;
        if (this.pending.get(serial)?.component !== component) verdict.notFound.push(serial);
        else {
          this.settle(serial, accepting);
          list.push(serial);
        }
      }
    };
    act(accept, true, verdict.accepted);
    act(reject, false, verdict.rejected);
    return verdict;
  }

  settle(serial: number, accepting: boolean): void {
    const commission = this.pending.get(serial);
    this.pending.delete(serial);
    for (const provision of commission?.changes ?? []) {
      const counters = this.counters(provision);
      const import_ = provision.quantity >= 0n;
      if (accepting && import_) counters.min += provision.quantity;
      if (accepting && !import_) counters.max += provision.quantity;
      if (!accepting && import_) counters.max -= provision.quantity;
      if (!accepting && !import_) counters.min -= provision.quantity;
    }
  }
}
