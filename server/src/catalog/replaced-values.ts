import { stringifyExact } from '../lib/text/json.ts';
import type { CatalogAction } from './catalog-record.ts';

/** A value of a service or a resource that a new registration states otherwise. */
export interface ReplacedValue {
  readonly kind: 'service' | 'resource';
  /** Of the service or the resource. */
  readonly name: string;
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The values that a change has replaced. A value that was not stated before is not replaced. */
export function replacedBy({ action, subject, before, after }: CatalogAction): ReplacedValue[] {
  const kind = action.startsWith('service.') ? 'service' : 'resource';
  const now = new Map(Object.entries(after ?? {}));
  return Object.entries(before ?? {})
    .filter(([field, value]) => isStated(value) && stringifyExact(value) !== stringifyExact(now.get(field)))
    .map(([field, value]) => ({ kind, name: subject, field, before: value, after: now.get(field) ?? null }));
}

const isStated = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
