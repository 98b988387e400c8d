import type { IssueRequest, Provision } from '../../ledger/core/commission.ts';
import { projectHolder, userHolder } from '../../ledger/core/names.ts';

/** The only source of quota before projects had pools of their own. */
const SYSTEM = 'system';
const PROJECT = projectHolder('');

/**
 * Clients of the older generation charge a user's uuid from `system` (account-v1 §7.2). Now that is the user's system
 * project: the user's holding and the project's holding are charged together.
 */
export function inTodaysNames(request: IssueRequest): IssueRequest {
  if (!request.provisions.some(isOlder)) return request;
  return { ...request, provisions: request.provisions.flatMap((one) => (isOlder(one) ? today(one) : [one])) };
}

/** A refused provision, in the names that the request used. */
export function inNamesOf(request: IssueRequest, refused: Provision): Provision {
  const asked = request.provisions.find(
    (one) =>
      isOlder(one) &&
      one.resource === refused.resource &&
      today(one).some(({ holder, source }) => holder === refused.holder && source === refused.source),
  );
  return asked ? { ...refused, holder: asked.holder, source: asked.source } : refused;
}

/** Whether a provision is in the older names. */
export function isOlder({ holder, source }: Provision): boolean {
  return source === SYSTEM && !holder.includes(':');
}

/**
 * Provisions as a client of the older generation issued them: the user's provision and the project's provision of the
 * same quantity become one. A provision without a counterpart stays as it is.
 */
export function inOlderNames(provisions: readonly Provision[]): Provision[] {
  const pools = new Map<string, number>();
  const count = (key: string, by: number): number => {
    const now = (pools.get(key) ?? 0) + by;
    pools.set(key, now);
    return now;
  };
  for (const one of provisions) if (one.source === null) count(keyOf(one.holder, one), 1);
  const folded = provisions.map((one) => {
    const uuid = ownProjectOf(one);
    if (uuid === undefined || (pools.get(keyOf(projectHolder(uuid), one)) ?? 0) === 0) return one;
    count(keyOf(projectHolder(uuid), one), -1);
    return { ...one, holder: uuid, source: SYSTEM };
  });
  // Provisions of the project remain if no provision of the user was merged with them.
  return folded.filter((one) => one.source !== null || count(keyOf(one.holder, one), -1) >= 0);
}

const keyOf = (holder: string, { resource, quantity }: Provision): string =>
  JSON.stringify([holder, resource, String(quantity)]);

/** The user whose holding in the system project a provision charges. */
function ownProjectOf({ holder, source }: Provision): string | undefined {
  const uuid = source?.startsWith(PROJECT) ? source.slice(PROJECT.length) : '';
  return uuid !== '' && holder === userHolder(uuid) ? uuid : undefined;
}

function today(provision: Provision): Provision[] {
  const { holder: uuid } = provision;
  return [
    { ...provision, holder: userHolder(uuid), source: projectHolder(uuid) },
    { ...provision, holder: projectHolder(uuid), source: null },
  ];
}
