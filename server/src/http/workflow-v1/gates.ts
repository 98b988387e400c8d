import type { Caller } from '../../workflow/caller.ts';
import { isKnown } from '../../workflow/caller.ts';
import type { Gate } from '../../workflow/delegate-api.ts';
import { refusal } from './faults.ts';

/** Roles of which whoever passes a gate has one (spec workflow 1.3); nobody needs one where there are none. */
const ROLES: Record<Exclude<Gate, 'none'>, readonly string[]> = {
  authenticated: [],
  mod_or_admin: ['project_admin', 'project_mod', 'admin'],
  project_admin: ['project_admin', 'admin'],
  admin: ['admin'],
};

/** Throws 401 or 403 for callers who may not pass. */
export function checkGate(gate: Gate, caller: Caller): void {
  if (gate === 'none') return;
  if (!isKnown(caller)) throw refusal(401, 'Credentials incorrect or none given.');
  const roles = ROLES[gate];
  if (roles.length === 0 || roles.some((role) => caller.roles.includes(role))) return;
  const named = roles.map((role) => `'${role}'`).join(', ');
  throw refusal(403, `Must have one of the following roles: [${named}]`);
}

/** What narrows a caller's look-ups: an administrator's are not, everybody else's to the project (spec workflow 1.3). */
export function projectOf(caller: Caller): string | undefined {
  return isKnown(caller) && !caller.roles.includes('admin') ? caller.project_id : undefined;
}
