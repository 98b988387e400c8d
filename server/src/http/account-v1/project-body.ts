import { parseQuantity } from '@purser/text/quantity';
import type { Accounts } from '../../directory/accounts/accounts.ts';
import { PurserError } from '../../lib/errors.ts';
import { asInteger, isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import { composed } from '../../lib/text/text.ts';
import type { ProjectChanges } from '../../projects/applications/project-changes.ts';
import { capacityOfMembers, type ProjectResource } from '../../projects/project.ts';
import { POLICIES, type ProjectPolicy } from '../../projects/vocabulary.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { parseLenientDate } from './lenient-date.ts';

/**
 * Bodies that apply for a project, or for changes to one (projects §2.2). They are validated in two halves; between
 * them the project is looked up, since the order of errors is part of the wire. Bounds of values that are the same in
 * every dialect are checked by the domain.
 */

/** Whether the application is for a new project; for an existing one null means "no change", as an absent key does. */
export interface Asking {
  readonly creates: boolean;
}

type Fields = { -readonly [Key in keyof ProjectChanges]: ProjectChanges[Key] };

/** Validates the part of a body that is checked before the project is looked up. */
export async function readFirstHalf(
  body: JsonObject,
  asking: Asking,
  accounts: Accounts,
): Promise<{ fields: ProjectChanges; comments: string }> {
  const fields: Fields = {};
  const owner = await ownerOf(body, accounts);
  if (owner !== undefined) fields.owner = owner;
  if (asking.creates && !isGiven(body, 'name')) throw missing('name');
  const joinPolicy = policyOf(body, 'join_policy', asking);
  if (joinPolicy !== undefined) fields.joinPolicy = joinPolicy;
  const leavePolicy = policyOf(body, 'leave_policy', asking);
  if (leavePolicy !== undefined) fields.leavePolicy = leavePolicy;
  if (asking.creates && !isGiven(body, 'end_date')) throw missing('end_date');
  const maxMembers = maxMembersOf(body, asking);
  if (maxMembers !== undefined) fields.maxMembers = maxMembers;
  const { private: hidden = null } = body;
  if (typeof hidden === 'boolean') fields.private = hidden;
  else if (hidden !== null) throw badRequest('private should be true or false.');
  const homepage = textOf(body, 'homepage');
  if (homepage !== undefined) fields.homepage = homepage;
  const description = textOf(body, 'description');
  if (description !== undefined) fields.description = description;
  return { fields, comments: textOf(body, 'comments') ?? '' };
}

/**
 * Validates the rest.
 * @param visible names of the resources that an application may state
 * @param context.maxMembers the maximum number of members that the project would have
 */
export function readSecondHalf(
  body: JsonObject,
  visible: ReadonlySet<string>,
  { now_ms, maxMembers }: { readonly now_ms: number; readonly maxMembers: bigint },
): ProjectChanges {
  const fields: Fields = {};
  if (body['resources'] !== undefined) {
    fields.resources = resourcesOf(body['resources'], visible, maxMembers);
  }
  if (isGiven(body, 'name')) fields.name = projectName(body['name'] as Json);
  const startDate = dateOf(body, 'start_date');
  if (startDate !== undefined) fields.startDate = startDate;
  const endDate = dateOf(body, 'end_date');
  if (endDate !== undefined && endDate < now_ms) throw badRequest('end_date should not be in the past.');
  if (endDate !== undefined) fields.endDate = endDate;
  return fields;
}

const isGiven = (body: JsonObject, key: string): boolean => body[key] !== undefined && body[key] !== null;
const missing = (key: string) => badRequest(`${key} is missing.`);

/** The owner: any accepted account, active or not. */
async function ownerOf({ owner = null }: JsonObject, accounts: Accounts): Promise<string | undefined> {
  if (owner === null) return undefined;
  if (typeof owner !== 'string') throw badRequest('owner should be the uuid of a user.');
  const account = await accounts.get(owner).catch(unlessUnknown);
  if (!account?.moderated || account.rejected) throw badRequest('User does not exist.');
  return account.uuid;
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof PurserError && error.code === 'account_not_found') return undefined;
  throw error;
}

function policyOf(body: JsonObject, key: string, { creates }: Asking): ProjectPolicy | undefined {
  const value = body[key];
  if (value === undefined || (value === null && !creates)) return undefined;
  const policy = POLICIES.find((known) => known === value);
  if (policy === undefined) throw badRequest(`${key} should be one of ${POLICIES.join(', ')}.`);
  return policy;
}

/** An integer, a text with a unit, or the word for "unlimited". */
function maxMembersOf({ max_members: value }: JsonObject, { creates }: Asking): bigint | undefined {
  if (value === undefined || (value === null && !creates)) return undefined;
  const number = typeof value === 'string' ? parseQuantity(value) : asInteger(value);
  if (number === undefined)
    throw badRequest('max_members should be a number, for example 10 or "1K", or "inf".');
  return number;
}

function textOf(body: JsonObject, key: string): string | undefined {
  const value = body[key] ?? null;
  if (value === null) return undefined;
  if (typeof value !== 'string') throw badRequest(`${key} should be a text.`);
  return value;
}

const NAME_LENGTH = 80;
/** A domain name with at least one dot. Top-level domains can be longer than the six letters of the older systems. */
const DOMAIN_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** On this wire, project names have the form of domain names; other dialects do not require it (projects §2.1). */
function projectName(name: Json): string {
  if (typeof name !== 'string') throw badRequest('name should be a text.');
  if (name.length > NAME_LENGTH) throw badRequest(`name should have at most ${NAME_LENGTH} characters.`);
  if (!DOMAIN_NAME.test(name)) throw badRequest('name should be a domain name, such as lab.example.org.');
  return name;
}

function dateOf(body: JsonObject, key: string): number | undefined {
  const value = body[key] ?? null;
  if (value === null) return undefined;
  const at_ms = typeof value === 'string' ? parseLenientDate(value) : undefined;
  if (at_ms !== undefined) return at_ms;
  throw badRequest(`${key} should be a date and time with a time zone, such as 2031-05-30T10:00:00Z.`);
}

function resourcesOf(value: Json, visible: ReadonlySet<string>, maxMembers: bigint): ProjectResource[] {
  if (!isObject(value))
    throw badRequest('resources should be an object with the names of resources as keys.');
  return Object.entries(value).map(([resource, capacities]) => {
    const name = composed(resource);
    if (!visible.has(name)) throw badRequest(`resources: there is no resource ${shown(resource)}.`);
    if (!isObject(capacities))
      throw badRequest(`resources.${resource} should be an object with its capacities.`);
    // The older generation has no capacity of a project: it is the sum of the capacities of its members.
    const summed = capacities['project_capacity'] === null;
    const capacity = summed ? undefined : capacityOf(capacities, 'project_capacity', resource);
    const memberCapacity = capacityOf(capacities, 'member_capacity', resource);
    return {
      resource: name,
      capacity: capacity ?? capacityOfMembers(maxMembers, memberCapacity),
      memberCapacity,
    };
  });
}

function capacityOf(capacities: JsonObject, key: string, resource: string): bigint {
  const value = asInteger(capacities[key]);
  if (value === undefined) throw badRequest(`resources.${resource}.${key} should be a number.`);
  return value;
}

/** Names from requests are shortened in messages, as they can be of any length. */
const shown = (name: string): string => JSON.stringify(name.slice(0, 100));
