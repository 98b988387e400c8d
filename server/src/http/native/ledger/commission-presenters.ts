import type { CommissionVerdict, Commission as WireCommission } from '@purser/api/native/ledger/commission';
import type { Commission, Provision } from '../../../ledger/core/commission.ts';
import type { RepeatableVerdict } from '../../../ledger/core/repeats.ts';
import { time, timeOrNull } from '../frame/presenters.ts';

export function presentCommission(commission: Commission): WireCommission {
  return {
    serial: commission.serial,
    component: commission.component,
    name: commission.name,
    state: commission.state,
    issued_at: time(commission.issuedAt),
    expires_at: timeOrNull(commission.expiresAt),
    resolved_at: timeOrNull(commission.resolvedAt),
    reason: commission.reason,
    provisions: commission.provisions.map(presentProvision),
    accepted: commission.accepted?.map(presentProvision) ?? null,
  };
}

function presentProvision({
  holder,
  source,
  resource,
  quantity,
}: Provision): WireCommission['provisions'][0] {
  return { holder, source, resource, quantity };
}

export function presentVerdict(verdict: RepeatableVerdict): CommissionVerdict {
  return {
    accepted: [...verdict.accepted, ...verdict.acceptedBefore],
    rejected: [...verdict.rejected, ...verdict.rejectedBefore],
    resolved: verdict.resolvedOtherwise,
    not_found: verdict.notFound,
    conflicting: verdict.conflicting,
    damaged: verdict.damaged,
  };
}
