import type { Caller } from '../../workflow/caller.ts';
import { isKnown } from '../../workflow/caller.ts';
import type { Gate } from '../../workflow/delegate-api.ts';
import { obstacleAt } from '../../workflow/gate-roles.ts';
import { refusal } from './faults.ts';

/** Throws 401 or 403 for callers who may not pass. */
export function checkGate(gate: Gate, caller: Caller): void {
  const roles = obstacleAt(gate, caller);
  if (roles === undefined) return;
  if (roles === 'unknown') throw refusal(401, 'Credentials incorrect or none given.');
  const named = roles.map((role) => `'${role}'`).join(', ');
  throw refusal(403, `Must have one of the following roles: [${named}]`);
}

/** What narrows a caller's look-ups: an administrator's are not, everybody else's to the project (spec workflow 1.3). */
export function projectOf(caller: Caller): string | undefined {
  return isKnown(caller) && !caller.roles.includes('admin') ? caller.project_id : undefined;
}
