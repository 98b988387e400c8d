import type { Selectable } from 'kysely';
import { type Actor, traceOf } from '../audit/actor.ts';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import { DeliveryQueue } from '../delivery/delivery-queue.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Secrets } from '../lib/secrets.ts';
import { checkLine } from '../lib/text/text.ts';
import { webUrlFault } from '../lib/text/web-url.ts';
import type { WebhookDeliveriesTable, WebhooksTable } from '../storage/schema.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import { bodyOf, covers, EVENT_TYPES, eventOf, isEventType, TEST_EVENT, testBody } from './events.ts';
import type { DeliveryState, Webhook, WebhookDelivery } from './webhook.ts';
import {
  allowedAddresses,
  callWebhook,
  type Reach,
  type Resolve,
  systemResolve,
  WebhookFailure,
} from './webhook-call.ts';

type DeliveryRow = Selectable<WebhookDeliveriesTable>;

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly string[];
  readonly description?: string | undefined;
}

const STATE_COLUMNS = { waiting: 'next_at', delivered: 'sent_at', failed: 'failed_at' } as const;

/**
 * Addresses that receive events of tasks, projects, applications and memberships. An event is written in
 * the transaction that brings it about, and leaves when that is durable; it is tried until the address accepts it or
 * the retry period ends. It can come twice, and events can overtake one another.
 */
export class Webhooks {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #audit: Audit;
  readonly #reach: Reach;
  readonly #queue: DeliveryQueue<'webhook_deliveries'>;

  /**
   * @param deps.privateAddresses whether webhooks may be on this machine and in networks of its own
   * @param deps.resolve looks up names
   */
  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    audit: Audit;
    privateAddresses: boolean;
    resolve?: Resolve;
    chance?: () => number;
    onError?: (error: unknown, what: string) => void;
  }) {
    const { storage, clock, chance, onError } = deps;
    this.#storage = storage;
    this.#clock = clock;
    this.#secrets = deps.secrets;
    this.#audit = deps.audit;
    this.#reach = { resolve: deps.resolve ?? systemResolve, privateAddresses: deps.privateAddresses };
    this.#queue = new DeliveryQueue({
      storage,
      clock,
      table: 'webhook_deliveries',
      chance,
      onError,
      bounds: {
        give_up_after_ms: LIMITS.webhook_give_up_ms,
        retry_ms_min: LIMITS.webhook_retry_ms_min,
        retry_ms_max: LIMITS.webhook_retry_ms_max,
        at_once: LIMITS.webhooks_at_once,
        claim_ms: LIMITS.webhook_claim_ms,
      },
      carrier: {
        send: (row) => this.#send(row),
        // A test is made once.
        classify: (error, { event }) =>
          event === TEST_EVENT ? { ...classify(error), permanent: true } : classify(error),
        cleared: { body: null },
        failed: (tx, row, _failure, next) => this.#holdBack(tx, row, next),
        onGivenUp: (error, { id, event }) =>
          onError?.(error, `call ${id} of a webhook (${event}) was given up`),
      },
    });
    this.#audit.onRecord((tx, entries, at) => this.#tell(tx, entries, at));
  }

  /**
   * Registers an address. Errors: `invalid_field`; also for hosts that have no address, or one that may not be
   * called; `too_many_webhooks`.
   * @returns it, and the secret that events are signed with; it is shown once
   */
  async add(
    by: Actor,
    { url, events, description = '' }: NewWebhook,
  ): Promise<{ webhook: Webhook; secret: string }> {
    checkLine('description', description, LIMITS.text_length);
    const types = [...new Set(events)];
    const unknown = types.find((type) => !isEventType(type));
    if (unknown !== undefined || types.length === 0 || types.length > LIMITS.webhook_events) {
      const reason = `is not a list of types of events such as ${EVENT_TYPES.join(', ')}`;
      throw new PurserError('invalid_field', { field: 'events', reason });
    }
    const address = addressOf(url);
    await this.#checkReach(address);
    const key = Buffer.from(this.#secrets.token(), 'base64url');
    const row = await this.#storage.transaction(async (tx) => {
      const { count } = await tx.db
        .selectFrom('webhooks')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (Number(count) >= LIMITS.webhooks)
        throw new PurserError('too_many_webhooks', { limit: LIMITS.webhooks });
      const values = { url: address.href, description, events: JSON.stringify(types), secret: key };
      const added = await tx.db
        .insertInto('webhooks')
        .values({ ...values, created_at: this.#clock.now(), created_by: by.uuid })
        .returningAll()
        .executeTakeFirstOrThrow();
      await this.#record(tx, by, 'webhook.add', toWebhook(added));
      return added;
    });
    return { webhook: toWebhook(row), secret: `whsec_${key.toString('base64')}` };
  }

  /** In the order in which they were added. */
  async list({ limit, after = 0 }: { limit: number; after?: number }): Promise<Webhook[]> {
    const rows = await this.#storage.db
      .selectFrom('webhooks')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(Math.min(limit, LIMITS.page_max))
      .execute();
    return rows.map(toWebhook);
  }

  /** Errors: `webhook_not_found`. */
  async get(id: number): Promise<Webhook> {
    return toWebhook(await this.#find(id));
  }

  /** Forgets an address and all calls of it; what is under way may still arrive. Errors: `webhook_not_found`. */
  async remove(by: Actor, id: number): Promise<void> {
    const webhook = await this.get(id);
    await this.#storage.transaction(async (tx) => {
      await tx.db.deleteFrom('webhook_deliveries').where('webhook_id', '=', id).execute();
      await tx.db.deleteFrom('webhooks').where('id', '=', id).execute();
      await this.#record(tx, by, 'webhook.remove', webhook);
    });
  }

  /** Calls of a webhook, the newest first. Errors: `webhook_not_found`. */
  async deliveries(
    id: number,
    { limit, after, state }: { limit: number; after?: number; state?: DeliveryState },
  ): Promise<WebhookDelivery[]> {
    await this.#find(id);
    let rows = this.#storage.db.selectFrom('webhook_deliveries').selectAll().where('webhook_id', '=', id);
    if (state !== undefined) rows = rows.where(STATE_COLUMNS[state], 'is not', null);
    if (after !== undefined) rows = rows.where('id', '<', after);
    const found = await rows.orderBy('id', 'desc').limit(Math.min(limit, LIMITS.page_max)).execute();
    return found.map(toDelivery);
  }

  /** Calls a webhook once, now, with an event that means nothing. Errors: `webhook_not_found`. */
  async test(id: number): Promise<WebhookDelivery> {
    await this.#find(id);
    const row = await this.#storage.transaction(({ db }) =>
      db
        .insertInto('webhook_deliveries')
        .values({
          ...this.#newDelivery(id, TEST_EVENT, testBody(this.#clock.now())),
          ...this.#queue.claimColumns(),
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    await this.#queue.deliver(row);
    const done = await this.#storage.db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (!done) throw new PurserError('webhook_not_found', { webhook: id });
    return toDelivery(done);
  }

  /** Makes every call that is due; see `DeliveryQueue.deliverDue`. */
  deliverDue(): Promise<number> {
    return this.#queue.deliverDue();
  }

  /** From now on calls are made by themselves. */
  start(): void {
    this.#queue.start();
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  /** Writes the events of webhooks with their audit entries. */
  async #tell(tx: Transaction, entries: readonly AuditEntry[], at: number): Promise<void> {
    const events = entries.flatMap((entry) => {
      const type = eventOf(entry.action);
      return type === undefined ? [] : [{ type, entry }];
    });
    if (events.length === 0) return;
    const webhooks = await tx.db.selectFrom('webhooks').select(['id', 'events']).execute();
    const rows = webhooks.flatMap(({ id, events: types }) => {
      const wanted = JSON.parse(types) as string[];
      const covered = events.filter(({ type }) => covers(wanted, type));
      return covered.map(({ type, entry }) => this.#newDelivery(id, type, bodyOf(type, entry, at)));
    });
    for (let start = 0; start < rows.length; start += CHUNK) {
      await tx.db
        .insertInto('webhook_deliveries')
        .values(rows.slice(start, start + CHUNK))
        .execute();
    }
    if (rows.length > 0) this.#queue.written(tx);
  }

  #newDelivery(webhook_id: number, event: string, body: string) {
    const now_ms = this.#clock.now();
    return {
      webhook_id,
      message: `msg_${this.#secrets.uuid()}`,
      event,
      body,
      created_at: now_ms,
      attempts: 0,
      next_at: now_ms,
      sent_at: null,
      failed_at: null,
      status: null,
      error: null,
    };
  }

  async #send({ id, webhook_id, message, body, created_at }: DeliveryRow): Promise<void> {
    const webhook = await this.#find(webhook_id);
    // Calls that were held back have not used up their tries.
    if (this.#clock.now() > created_at + 2 * LIMITS.webhook_give_up_ms) {
      throw new WebhookFailure('it waited too long behind others', GONE);
    }
    const told = { id: message, body: body ?? '', secret: webhook.secret };
    try {
      const status = await callWebhook(webhook.url, told, this.#clock.now(), this.#reach);
      await this.#noteStatus(id, status);
    } catch (error) {
      await this.#noteStatus(id, error instanceof WebhookFailure ? error.status : null);
      throw error;
    }
  }

  async #noteStatus(id: number, status: number | null): Promise<void> {
    await this.#storage.transaction(({ db }) =>
      db.updateTable('webhook_deliveries').set({ status }).where('id', '=', id).execute(),
    );
  }

  /**
   * While an address takes nothing, the other calls of it that are due wait as long: an address that does not answer
   * must not delay the calls to other addresses.
   */
  async #holdBack(tx: Transaction, { webhook_id, event }: DeliveryRow, next: number | null): Promise<void> {
    if (event === TEST_EVENT) return;
    const now_ms = this.#clock.now();
    await tx.db
      .updateTable('webhook_deliveries')
      .set({ next_at: next ?? now_ms + LIMITS.webhook_retry_ms_max })
      .where('webhook_id', '=', webhook_id)
      .where('next_at', '<=', now_ms)
      .execute();
  }

  async #checkReach({ hostname }: URL): Promise<void> {
    try {
      await allowedAddresses(hostname, this.#reach);
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
      throw new PurserError('invalid_field', { field: 'url', reason: error.message });
    }
  }

  async #find(id: number): Promise<Selectable<WebhooksTable>> {
    const row = await this.#storage.db
      .selectFrom('webhooks')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw new PurserError('webhook_not_found', { webhook: id });
    return row;
  }

  #record(tx: Transaction, by: Actor, action: string, { id, url, events }: Webhook): Promise<void> {
    return this.#audit.record(tx, { ...traceOf(by), action, subject: String(id), after: { url, events } });
  }
}

/** Rows that one statement takes: with eleven values each, well below what engines bound. */
const CHUNK = 500;
/** The status of an address that accepts no more calls (RFC 9110 15.5.11). */
const GONE = 410;

/** An address that can be called; the host is looked at elsewhere. */
function addressOf(text: string): URL {
  const wrong = (reason: string) => new PurserError('invalid_field', { field: 'url', reason });
  const fault = webUrlFault(text);
  if (fault !== undefined) throw wrong(fault);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw wrong('must not have a user name or a password');
  if (url.hash !== '') throw wrong('must not have a fragment');
  return url;
}

function classify(error: unknown): { reason: string; permanent: boolean } {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.replaceAll('\0', '').slice(0, LIMITS.text_length).toWellFormed();
  const gone = error instanceof WebhookFailure && error.status === GONE;
  const removed = error instanceof PurserError && error.code === 'webhook_not_found';
  return { reason, permanent: gone || removed };
}

function toWebhook(row: Selectable<WebhooksTable>): Webhook {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: JSON.parse(row.events) as string[],
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    message: row.message,
    event: row.event,
    state: row.sent_at !== null ? 'delivered' : row.failed_at !== null ? 'failed' : 'waiting',
    createdAt: row.created_at,
    attempts: row.attempts,
    nextAt: row.next_at,
    deliveredAt: row.sent_at,
    failedAt: row.failed_at,
    status: row.status,
    error: row.error,
  };
}
