import type { Resource } from '../../catalog/resources.ts';
import type { Commission, IssueRequest, IssueVerdict, Provision } from '../../ledger/core/commission.ts';
import type { Balance, UserQuota } from '../../ledger/quotas.ts';
import type { PurserError } from '../../lib/errors.ts';
import { UNLIMITED } from '../../lib/limits.ts';
import { isoOffsetDate } from '../../lib/text/wire-date.ts';
import { Refusal as WireRefusal } from '../cloudfault/fault.ts';
import { refusalOf } from '../kernel/commission-body.ts';
import { inNamesOf, inOlderNames } from './older-commissions.ts';

/** An entry of `GET /resources` (quota §1.1). */
export function presentResource(resource: Resource): object {
  return {
    service: resource.serviceOrigin,
    description: resource.description,
    unit: resource.unit,
    ui_visible: resource.uiVisible,
    api_visible: resource.apiVisible,
  };
}

/** The three numbers of a project's holding: usage, limit, pending. */
export function presentPoolQuota({ limit, usage, pending }: Balance): object {
  return { project_limit: limit, project_usage: usage, project_pending: pending };
}

/** The six numbers of a member's holding and its project's holding. */
export function presentMemberQuota({ member, pool }: UserQuota): object {
  return { limit: member.limit, usage: member.usage, pending: member.pending, ...presentPoolQuota(pool) };
}

/**
 * The three numbers of the older generation: a user's holding in the system project, with the limit reduced to what
 * the project leaves.
 */
export function presentOlderQuota({ member, pool }: UserQuota): object {
  const byOthers = pool.usage - member.usage;
  const left = pool.limit === UNLIMITED ? UNLIMITED : pool.limit > byOthers ? pool.limit - byOthers : 0n;
  const limit = left < member.limit ? left : member.limit;
  return { limit, usage: member.usage, pending: member.pending };
}

/** `GET /commissions/<serial>` (quota §2.3). */
export function presentCommission(
  { serial, name, issuedAt, provisions }: Commission,
  older: boolean,
): object {
  return {
    serial,
    name,
    issue_time: isoOffsetDate(issuedAt),
    provisions: (older ? inOlderNames(provisions) : provisions).map(presentProvision),
  };
}

function presentProvision({ holder, source, resource, quantity }: Provision): object {
  return { holder, source, resource, quantity };
}

const REFUSED = {
  no_holding: 'NoHoldingError',
  no_capacity: 'NoCapacityError',
  no_quantity: 'NoQuantityError',
} as const;

/** The fault of a commission that was not issued. Clients read the numbers from its `data` (quota §2.2). */
export function presentRefusal(
  verdict: IssueVerdict & { ok: false },
  asked: IssueRequest,
): WireRefusal | PurserError {
  if (verdict.keyReused) return refusalOf(verdict);
  const { refusal } = verdict;
  const error = refusalOf({
    ok: false,
    refusal: { ...refusal, provision: inNamesOf(asked, refusal.provision) },
  });
  return new WireRefusal(error.kind, error.message, { name: REFUSED[verdict.refusal.code], ...error.data });
}
