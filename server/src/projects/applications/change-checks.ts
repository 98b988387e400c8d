import { type Resource, resourcesByName } from '../../catalog/resources.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS, UNLIMITED } from '../../lib/limits.ts';
import { checkEnd, checkMoment } from '../../lib/text/moment.ts';
import { checkLine, checkName, checkText } from '../../lib/text/text.ts';
import type { ProjectResource } from '../project.ts';
import type { ProjectBooks } from '../project-books.ts';
import type { Requester } from '../requester.ts';
import { POLICIES } from '../vocabulary.ts';
import type { ProjectChanges } from './project-changes.ts';

/**
 * The changes in the form in which they are stored. Refuses what no project can have: `invalid_field`, naming the
 * first one that is wrong. The owner must be an accepted account; resources hidden from the API are for operators
 * (projects §2.1).
 */
export async function checkedChanges<C extends ProjectChanges>(
  { parts: { accounts, resources, clock } }: ProjectBooks,
  by: Requester,
  changes: C,
): Promise<C> {
  if (changes.owner !== undefined && changes.owner !== by.uuid) await checkOwner(accounts, changes.owner);
  if (changes.joinPolicy !== undefined) checkPolicy('join_policy', changes.joinPolicy);
  if (changes.leavePolicy !== undefined) checkPolicy('leave_policy', changes.leavePolicy);
  const pools =
    changes.resources === undefined
      ? {}
      : { resources: checkedPools(by, changes.resources, await resources.all()) };
  const name =
    changes.name === undefined ? {} : { name: checkName('name', changes.name, LIMITS.project_name_length) };
  if (changes.homepage !== undefined) checkLine('homepage', changes.homepage, LIMITS.homepage_length);
  if (changes.description !== undefined) checkText('description', changes.description, LIMITS.text_length);
  if (changes.maxMembers !== undefined) checkAmount('max_members', changes.maxMembers);
  if (changes.startDate !== undefined && changes.startDate !== null) {
    checkMoment('start_date', changes.startDate);
  }
  if (changes.endDate !== undefined) checkEnd('end_date', changes.endDate, clock.now());
  return { ...changes, ...name, ...pools };
}

async function checkOwner(accounts: { get(uuid: string): Promise<Account> }, owner: string): Promise<void> {
  const account = await accounts.get(owner).catch((error: unknown) => {
    if (error instanceof PurserError && error.code === 'account_not_found') return undefined;
    throw error;
  });
  if (account?.state === 'active' || account?.state === 'inactive') return;
  throw new PurserError('invalid_field', { field: 'owner', reason: 'there is no such user' });
}

function checkPolicy(field: string, policy: string): void {
  if (POLICIES.some((known) => known === policy)) return;
  throw new PurserError('invalid_field', { field, reason: `must be one of ${POLICIES.join(', ')}` });
}

function checkAmount(field: string, amount: bigint): void {
  if (amount >= 0n && amount <= UNLIMITED) return;
  throw new PurserError('invalid_field', { field, reason: `must be from 0 to ${UNLIMITED}` });
}

/** Pools of registered resources, under the names by which these are registered. */
function checkedPools(
  by: Requester,
  pools: readonly ProjectResource[],
  registered: readonly Resource[],
): ProjectResource[] {
  if (pools.length > LIMITS.resources_per_change) {
    const reason = `more than ${LIMITS.resources_per_change}`;
    throw new PurserError('invalid_field', { field: 'resources', reason });
  }
  const named = resourcesByName(registered);
  const seen = new Set<string>();
  return pools.map(({ resource, capacity, memberCapacity }) => {
    const field = `resources.${resource}`;
    const found = named(resource);
    if (!found || (!found.apiVisible && !by.operator)) {
      throw new PurserError('invalid_field', { field, reason: 'there is no such resource' });
    }
    checkAmount(`${field}.member_capacity`, memberCapacity);
    checkAmount(`${field}.project_capacity`, capacity);
    if (capacity < memberCapacity) {
      const reason = 'must not be below the capacity of a member';
      throw new PurserError('invalid_field', { field: `${field}.project_capacity`, reason });
    }
    if (seen.has(found.name)) {
      throw new PurserError('invalid_field', { field, reason: 'names a resource that is listed already' });
    }
    seen.add(found.name);
    return { resource: found.name, capacity, memberCapacity };
  });
}

/** The fields of a system project that belong to its user and cannot be changed (projects §6). */
export function refuseLockedFields(changes: ProjectChanges): void {
  const locked = (['owner', 'name', 'homepage', 'description'] as const).filter(
    (field) => changes[field] !== undefined,
  );
  if (locked.length > 0) throw new PurserError('project_locked_fields', { fields: locked.join(', ') });
}
