import type { Resource } from '../../catalog/resources.ts';
import type { Commission, Provision, Refusal } from '../../ledger/commission.ts';
import type { Balance, UserQuota } from '../../ledger/quotas.ts';
import { isoOffsetDate } from '../../lib/wire-date.ts';
import { Refusal as WireRefusal } from '../cloudfault/fault.ts';

/** An entry of `GET /resources` (spec quota-projects 1.2). */
export function presentResource(resource: Resource): object {
  return {
    service: resource.serviceOrigin,
    description: resource.description,
    unit: resource.unit,
    ui_visible: resource.uiVisible,
    api_visible: resource.apiVisible,
  };
}

/** The three numbers of a project's holding. */
export function presentPoolQuota({ limit, usage, pending }: Balance): object {
  return { project_limit: limit, project_usage: usage, project_pending: pending };
}

/** The six numbers of a member's holding and its project's. */
export function presentMemberQuota({ member, pool }: UserQuota): object {
  return { limit: member.limit, usage: member.usage, pending: member.pending, ...presentPoolQuota(pool) };
}

/** `GET /commissions/<serial>` (spec quota-projects 1.3). */
export function presentCommission({ serial, name, issuedAt, provisions }: Commission): object {
  return {
    serial,
    name,
    issue_time: isoOffsetDate(issuedAt),
    provisions: provisions.map(presentProvision),
  };
}

function presentProvision({ holder, source, resource, quantity }: Provision): object {
  return { holder, source, resource, quantity };
}

const REFUSED = {
  no_holding: ['not_found', 'NoHoldingError', 'There is no such holding'],
  no_capacity: ['over_limit', 'NoCapacityError', 'The limit would be exceeded'],
  no_quantity: ['over_limit', 'NoQuantityError', 'There is not that much to release'],
} as const;

/** A refused commission as a fault with `data` (spec quota-projects 1.1); clients read the numbers from it. */
export function presentRefusal({ code, provision, limit, usage }: Refusal): WireRefusal {
  const [kind, name, text] = REFUSED[code];
  const { holder, source, resource } = provision;
  const from = source === null ? '' : ` from ${source}`;
  return new WireRefusal(kind, `${text}: ${resource} of ${holder}${from}.`, {
    name,
    provision: presentProvision(provision),
    ...(limit !== undefined && { limit, usage }),
  });
}
