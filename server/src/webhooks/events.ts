import type { AuditEntry } from '../audit/audit.ts';
import { LIMITS } from '../lib/limits.ts';
import { stringifyExact } from '../lib/text/json.ts';

/** Actions on tasks that are events, by their names in the audit record. */
const TASK_EVENTS: Readonly<Record<string, string>> = {
  'task.create': 'task.created',
  'task.approve': 'task.approved',
  'task.complete': 'task.completed',
  'task.cancel': 'task.cancelled',
  'task.fail': 'task.failed',
};

/** Further events: they have the names of their audit entries. */
const FAMILIES = ['project', 'application', 'membership'];

/** What a test of a webhook sends. */
export const TEST_EVENT = 'webhook.test';

/** The type of event of an action; undefined if it has none. */
export function eventOf(action: string): string | undefined {
  if (Object.hasOwn(TASK_EVENTS, action)) return TASK_EVENTS[action];
  return FAMILIES.includes(action.split('.', 1)[0] ?? '') ? action : undefined;
}

/** Whether a type can be asked for: one of a task, of one of the families, or all of either. */
export function isEventType(type: string): boolean {
  if (type === '*' || type === 'task.*' || Object.values(TASK_EVENTS).includes(type)) return true;
  const [family = '', verb = '', ...rest] = type.split('.');
  return FAMILIES.includes(family) && rest.length === 0 && (verb === '*' || /^[a-z_]{1,64}$/.test(verb));
}

export const EVENT_TYPES: readonly string[] = [
  '*',
  'task.*',
  ...Object.values(TASK_EVENTS),
  ...FAMILIES.map((family) => `${family}.*`),
];

/** Whether one of the types that were asked for covers an event. */
export function covers(types: readonly string[], event: string): boolean {
  return types.some(
    (type) => type === '*' || type === event || (type.endsWith('.*') && event.startsWith(type.slice(0, -1))),
  );
}

/** The body that is sent: a JSON text of at most `LIMITS.webhook_body_bytes`. */
export function bodyOf(type: string, entry: AuditEntry, at: number): string {
  const { actor, actorName, action, subject, before = null, after = null, reason = null } = entry;
  const data = { action, subject, actor: { id: actor, name: actorName }, before, after, reason };
  const timestamp = new Date(at).toISOString();
  const whole = stringifyExact({ type, timestamp, data });
  if (Buffer.byteLength(whole) <= LIMITS.webhook_body_bytes) return whole;
  const cut = { ...data, before: null, after: null, truncated: true };
  return stringifyExact({ type, timestamp, data: cut });
}

export function testBody(at: number): string {
  return stringifyExact({ type: TEST_EVENT, timestamp: new Date(at).toISOString(), data: {} });
}
