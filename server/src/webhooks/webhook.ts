/** An address that receives events. Times are milliseconds since the epoch. */
export interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly description: string;
  /** Types of events; `project.*` stands for all of projects, `*` for everything. */
  readonly events: readonly string[];
  readonly createdAt: number;
  /** Uuid of the account. */
  readonly createdBy: string | null;
}

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A call of a webhook, and what has become of it. */
export interface WebhookDelivery {
  readonly id: number;
  /** Goes with every try. */
  readonly message: string;
  readonly event: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  readonly attempts: number;
  /** When it is tried next; null once it was taken or given up. */
  readonly nextAt: number | null;
  readonly deliveredAt: number | null;
  readonly failedAt: number | null;
  /** HTTP status of the last answer; null if there was none. */
  readonly status: number | null;
  /** Why the last try failed. */
  readonly error: string | null;
}
