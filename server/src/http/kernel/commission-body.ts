import { checkExpiry, expiryOf } from '../../catalog/commission-expiry.ts';
import type { Component } from '../../catalog/components.ts';
import type { IssueRequest, IssueVerdict, Provision } from '../../ledger/core/commission.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { asInteger, isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import { composed, isLonger, isStorable } from '../../lib/text/text.ts';

/**
 * Parses commissions in bodies of requests, for every dialect. Written by hand: this is the hottest path, and a bulk
 * request contains thousands of provisions.
 *
 * A *strict* reader refuses unknown properties, and names that are not texts. The older dialect has always ignored the
 * former, and accepts any scalar as a name, which then matches no holding.
 */
export interface Reading {
  readonly strict: boolean;
}

/** The component that issues, the time, and the headers. */
export interface Issuing {
  readonly component: Pick<Component, 'name' | 'commissionExpiry_s'>;
  readonly now_ms: number;
  /** The header `Idempotency-Key`. */
  readonly key?: string | undefined;
}

/** Parses a commission to issue. An error names the field: `invalid_field`. */
export function readIssue(body: JsonObject, issuing: Issuing, reading: Reading): IssueRequest {
  if (reading.strict) refuseUnknown(body, ISSUE_KEYS, '');
  const { component, now_ms } = issuing;
  const key = keyOf(body, issuing.key);
  const expiresAt = expiryOf(component, expiresIn(body), now_ms);
  return {
    component: component.name,
    name: nameOf(body),
    force: flag(body, 'force'),
    autoAccept: flag(body, 'auto_accept'),
    provisions: readProvisions(body, reading),
    ...(key !== undefined && { key }),
    ...(expiresAt !== null && { expiresAt }),
  };
}

/** Parses `provisions` of a body. An error names the field: `invalid_field`. */
export function readProvisions({ provisions: list }: JsonObject, { strict }: Reading): Provision[] {
  if (!Array.isArray(list)) throw invalid('provisions', 'must be a list');
  if (list.length > LIMITS.provisions_per_commission) {
    throw invalid('provisions', `must have at most ${LIMITS.provisions_per_commission} items`);
  }
  const provisions: Provision[] = new Array(list.length);
  for (let index = 0; index < list.length; index += 1) {
    provisions[index] = readProvision(list[index] as Json, index, strict);
  }
  return provisions;
}

/** The error for a commission that was not issued. */
export function refusalOf(verdict: IssueVerdict & { ok: false }): PurserError {
  if (verdict.keyReused) return new PurserError('key_reused');
  const { code, provision, limit, usage } = verdict.refusal;
  const { holder, source, resource, quantity } = provision;
  const numbers = limit === undefined ? {} : { limit, usage };
  return new PurserError(code, { provision: { holder, source, resource, quantity }, ...numbers });
}

const NOT_TEXT = 'contains NUL or is not valid Unicode';
const ISSUE_KEYS = new Set(['name', 'force', 'auto_accept', 'key', 'expires_in', 'provisions']);
const PROVISION_KEYS = new Set(['holder', 'source', 'resource', 'quantity']);

function readProvision(item: Json, index: number, strict: boolean): Provision {
  if (!isObject(item)) throw invalid(`provisions.${index}`, 'must be an object');
  const { holder, source, resource } = item;
  if (strict) refuseUnknown(item, PROVISION_KEYS, `provisions.${index}.`);
  const quantity = asInteger(item['quantity']);
  if (quantity === undefined) {
    const reason = item['quantity'] === undefined ? 'is missing' : 'must be an integer';
    throw invalid(`provisions.${index}.quantity`, reason);
  }
  return {
    holder: named(holder, index, 'holder', strict),
    source: source === null ? null : named(source, index, 'source', strict),
    resource: composed(named(resource, index, 'resource', strict)),
    quantity,
  };
}

function named(value: Json | undefined, index: number, key: string, strict: boolean): string {
  if (typeof value === 'string' && isName(value, strict)) return value;
  return oddName(value, `provisions.${index}.${key}`, strict);
}

/** PostgreSQL cannot store NUL. A text that is not valid Unicode would be stored as another text. */
function isName(value: string, strict: boolean): boolean {
  return strict ? isStorable(value) : !value.includes('\0');
}

/** A value that is not a valid name, but that the older dialect accepts as one. */
function oddName(value: Json | undefined, field: string, strict: boolean): string {
  if (value === undefined) throw invalid(field, 'is missing');
  if (typeof value === 'string') throw invalid(field, NOT_TEXT);
  if (strict || (typeof value === 'object' && value !== null)) throw invalid(field, 'must be a string');
  return String(value);
}

function nameOf({ name = '' }: JsonObject): string {
  if (typeof name !== 'string') throw invalid('name', 'must be a string');
  if (isLonger(name, LIMITS.commission_name_length)) {
    throw invalid('name', `must have at most ${LIMITS.commission_name_length} characters`);
  }
  if (!isStorable(name)) throw invalid('name', NOT_TEXT);
  return name;
}

function flag(body: JsonObject, key: 'force' | 'auto_accept'): boolean {
  const value = body[key];
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalid(key, 'must be true or false');
  return value;
}

function expiresIn({ expires_in }: JsonObject): number | null | undefined {
  if (expires_in === undefined || expires_in === null) return expires_in;
  return checkExpiry('expires_in', typeof expires_in === 'number' ? expires_in : Number.NaN);
}

/** The key of the body or of the header; if both are given they must agree. */
function keyOf({ key }: JsonObject, header: string | undefined): string | undefined {
  if (header !== undefined) checkKey('Idempotency-Key', header);
  if (key === undefined) return header;
  if (typeof key !== 'string') throw invalid('key', 'must be a string');
  checkKey('key', key);
  if (header !== undefined && header !== key) throw invalid('key', 'differs from the header Idempotency-Key');
  return key;
}

function checkKey(field: string, key: string): void {
  const fits = key.length >= 1 && key.length <= LIMITS.idempotency_key_length;
  if (!fits) throw invalid(field, `must have 1 to ${LIMITS.idempotency_key_length} characters`);
  if (!isStorable(key)) throw invalid(field, NOT_TEXT);
}

/** Refuses the first unknown property. */
export function refuseUnknown(body: JsonObject, known: ReadonlySet<string>, prefix: string): void {
  for (const key in body) if (!known.has(key)) throw invalid(`${prefix}${key}`, 'is not a known property');
}

function invalid(field: string, reason: string): PurserError {
  return new PurserError('invalid_field', { field, reason });
}
