import type { IssueRequest, Provision } from '../../ledger/commission.ts';
import { projectHolder, userHolder } from '../../ledger/names.ts';

/** The only source there was before projects had pools of their own. */
const SYSTEM = 'system';

/**
 * Clients of the older generation charge a bare uuid from `system` (spec quota-projects 0, 1.3). Today that is the
 * user's own project, of which the user's share and the project's are charged together.
 */
export function inTodaysNames(request: IssueRequest): IssueRequest {
  if (!request.provisions.some(isOlder)) return request;
  return { ...request, provisions: request.provisions.flatMap((one) => (isOlder(one) ? today(one) : [one])) };
}

/** A refused provision in the names in which it was asked for. */
export function inNamesOf(request: IssueRequest, refused: Provision): Provision {
  const asked = request.provisions.find(
    (one) =>
      isOlder(one) &&
      one.resource === refused.resource &&
      today(one).some(({ holder, source }) => holder === refused.holder && source === refused.source),
  );
  return asked ? { ...refused, holder: asked.holder, source: asked.source } : refused;
}

function isOlder({ holder, source }: Provision): boolean {
  return source === SYSTEM && !holder.includes(':');
}

function today(provision: Provision): Provision[] {
  const { holder: uuid } = provision;
  return [
    { ...provision, holder: userHolder(uuid), source: projectHolder(uuid) },
    { ...provision, holder: projectHolder(uuid), source: null },
  ];
}
